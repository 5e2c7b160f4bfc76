import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { encode, negotiate } from "@exporterkit/core/exposition";
import { counter, gauge, histogram, info, Registry } from "@exporterkit/core/metrics";
import { ACCEPT, type Corpus, type ExpectedSample, expositionOf, oddCorpus, tidyCorpus } from "./_corpus.ts";
import { needsClient, python } from "./_prometheus_client.ts";

const client = needsClient();

const SCRIPT = `
import json, sys
if sys.argv[1] == "openmetrics":
    from prometheus_client.openmetrics.parser import text_string_to_metric_families
else:
    from prometheus_client.parser import text_string_to_metric_families
text = sys.stdin.buffer.read().decode("utf-8", "strict")
for family in text_string_to_metric_families(text):
    samples = [[s.name, s.labels, repr(float(s.value))] for s in family.samples]
    print(json.dumps([family.name, family.type, family.documentation, family.unit, samples]))
`;

interface ReadFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly unit: string;
  readonly samples: readonly ExpectedSample[];
}

function readWithClient(exposition: Uint8Array | string, format: keyof typeof ACCEPT): ReadFamily[] {
  const { status, stdout, stderr } = spawnSync(python!, ["-c", SCRIPT, format], {
    input: exposition,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  assert.equal(status, 0, stderr);
  return stdout.trimEnd().split("\n").filter((line) => line !== "").map((line) => {
    const [name, type, help, unit, samples] = JSON.parse(line);
    return { name, type, help, unit, samples: samples.map(readSample) };
  });
}

function readSample([name, labels, value]: [string, Record<string, string>, string]): ExpectedSample {
  return { name, labels, value: Number(value.replace("inf", "Infinity").replace("nan", "NaN")) };
}

/** OpenMetrics spells bounds and quantiles with a decimal point, and -0 is sent as 0. */
function expected({ samples }: Corpus, format: keyof typeof ACCEPT): ExpectedSample[] {
  return samples.map(({ name, labels, value }) => {
    const spelled = Object.entries(labels).map(([label, text]) => {
      const isNumber = (label === "le" || label === "quantile") && /^\d+$/.test(text);
      return [label, format === "openmetrics" && isNumber ? `${text}.0` : text];
    });
    return { name, labels: Object.fromEntries(spelled), value: value === 0 ? 0 : value };
  });
}

describe("Python's prometheus_client", () => {
  const corpora = { "one of every type": tidyCorpus, "odd labels and numbers": oddCorpus };
  for (const format of ["text", "openmetrics"] as const) {
    for (const [what, corpusOf] of Object.entries(corpora)) {
      it(`reads ${what} back from ${format}`, client, () => {
        const corpus = corpusOf();
        const families = readWithClient(expositionOf(corpus, format), format);
        assert.deepEqual(families.flatMap(({ samples }) => samples), expected(corpus, format));
      });
    }
  }

  it("reads names, types, units and helps from OpenMetrics", client, () => {
    const families = readWithClient(expositionOf(tidyCorpus(), "openmetrics"), "openmetrics");
    assert.deepEqual(families.map(({ name, type, unit, help }) => [name, type, unit, help]), [
      ["app_build", "info", "", "What is running."],
      ["app_cache_bytes", "gauge", "bytes", "Size of the cache."],
      ["app_door", "stateset", "", "State of the doors."],
      ["app_gc_pause_seconds", "summary", "seconds", "Pauses."],
      ["app_plain_seconds", "summary", "", "Plain."],
      ["app_request_seconds", "histogram", "seconds", "Time to answer."],
      ["app_requests", "counter", "", "Requests served."],
      ["app_size_bytes", "histogram", "", "Sizes."],
      ["app_thing", "unknown", "", "Who knows."],
      ["app_wait_seconds", "summary", "", "Time in the queue."],
    ]);
  });

  it("reads families that would have one OpenMetrics name if they lost their suffixes", client, () => {
    const registry = new Registry();
    for (const name of ["a", "b", "d_created"]) registry.add(gauge(name, "Gauge.")).set(2);
    for (const name of ["a_total", "c_total", "d_total", "e_total", "e_sum_total", "f_total"]) {
      registry.add(counter(name, "Counter.")).inc(3);
    }
    for (const name of ["b_info", "c_info"]) registry.add(info(name, "Info.")).set();
    registry.add(histogram("e", "Histogram.", [], { buckets: [] })).observe(4);
    const format = negotiate(ACCEPT.openmetrics);
    const families = readWithClient(encode(registry.snapshots(), format, { createdSamples: true }), "openmetrics");
    assert.deepEqual(families.map(({ name, type, samples }) => [name, type, samples.map(({ name }) => name).join()]), [
      ["a", "gauge", "a"],
      ["a_total", "unknown", "a_total"],
      ["b", "gauge", "b"],
      ["b_info", "gauge", "b_info"],
      ["c_info", "gauge", "c_info"],
      ["c", "counter", "c_total,c_created"],
      ["d_created", "gauge", "d_created"],
      ["d_total", "unknown", "d_total"],
      ["e", "histogram", "e_bucket,e_sum,e_count,e_created"],
      ["e_sum_total", "unknown", "e_sum_total"],
      ["e_total", "unknown", "e_total"],
      ["f", "counter", "f_total,f_created"],
    ]);
  });

  for (const format of ["text", "openmetrics"] as const) {
    it(`reads an odd help back from ${format}`, client, () => {
      const [family] = readWithClient(expositionOf(oddCorpus(), format), format);
      assert.equal(family?.help, 'Help with \\ and "quotes"\nand é日😀 \ufffd.');
    });
  }

  const broken = {
    "no end": "# TYPE x gauge\nx 1.0\n",
    "a counter without its suffix": "# TYPE x counter\nx 1.0\n# EOF\n",
    "a unit that is no suffix": "# TYPE x gauge\n# UNIT x bytes\nx 1.0\n# EOF\n",
    "buckets that fall": '# TYPE x histogram\nx_bucket{le="1.0"} 2\nx_bucket{le="+Inf"} 1\n# EOF\n',
  };
  for (const [what, text] of Object.entries(broken)) {
    it(`would find ${what}`, client, () => assert.throws(() => readWithClient(text, "openmetrics"), /ValueError/));
  }
});
