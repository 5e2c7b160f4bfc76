import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { counter } from "../metrics/counter.ts";
import { gauge } from "../metrics/gauge.ts";
import { gaugeHistogram } from "../metrics/gauge_histogram.ts";
import { histogram } from "../metrics/histogram.ts";
import { Registry } from "../metrics/registry.ts";
import { summary } from "../metrics/summary.ts";
import { HeldFamily } from "../model/held_family.ts";
import { encode } from "./encode.ts";
import { negotiate } from "./negotiate.ts";

const NOW = 1_520_879_607_789;
const OPEN_METRICS = "application/openmetrics-text;version=1.0.0";
const PROTOBUF = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

function text(registry: Registry, accept = OPEN_METRICS): string {
  const lines = new TextDecoder().decode(encode(registry.snapshots(), negotiate(accept))).split("\n");
  return lines.filter((line) => !/^# (TYPE|HELP|UNIT|EOF)/.test(line)).join("\n");
}

describe("encode() of exemplars", () => {
  it("writes them behind totals and buckets in OpenMetrics", () => {
    const registry = new Registry({ now: () => NOW });
    const requests = registry.add(counter("requests_total", "Requests.", ["code"]));
    requests.inc({ code: 200 }, 2, { exemplar: { trace_id: 'a"b' } });
    requests.labels("500").inc(1, { exemplar: { trace_id: "c" } });
    const latency = registry.add(histogram("latency", "Latency.", [], { buckets: [1, 2] }));
    latency.observe(1.5, { exemplar: { trace_id: "d" } });
    latency.observe(7, { exemplar: {} });
    assert.equal(
      text(registry),
      `latency_bucket{le="1.0"} 0
latency_bucket{le="2.0"} 1 # {trace_id="d"} 1.5 1.520879607789e+09
latency_bucket{le="+Inf"} 2 # {} 7.0 1.520879607789e+09
latency_sum 8.5
latency_count 2
requests_total{code="200"} 2.0 # {trace_id="a\\"b"} 2.0 1.520879607789e+09
requests_total{code="500"} 1.0 # {trace_id="c"} 1.0 1.520879607789e+09
`,
    );
  });

  it("leaves them out of text", () => {
    const registry = new Registry();
    registry.add(counter("a_total", "A.")).inc(1, { exemplar: { trace_id: "x" } });
    assert.equal(text(registry, "text/plain"), "a_total 1\n");
  });

  it("relays those of an upstream", () => {
    const registry = new Registry();
    const exemplar = { labels: { span: "s" }, value: 0.25, timestampMs: 1500 };
    registry.add(counter("a_total", "A.")).set(3, { exemplar });
    registry.add(histogram("h", "H.", [], { buckets: [1] }))
      .set({ buckets: [2], count: 3, sum: 9, exemplars: [{ labels: {}, value: 0.5 }] });
    assert.match(text(registry), /^a_total 3\.0 # \{span="s"\} 0\.25 1\.5$/m);
    assert.match(text(registry), /^h_bucket\{le="1\.0"\} 2 # \{\} 0\.5$/m);
  });

  it("keeps labels apart that would have one name once they are escaped", () => {
    const registry = new Registry();
    registry.add(counter("r_total", "Requests.")).inc(1, { exemplar: { "a.b": "1", "a_b": "2", "c.d": "3" } });
    assert.match(text(registry), / # \{U__a_2e_b="1",a_b="2",c_d="3"\} 1\.0 /);
    const body = new TextDecoder().decode(encode(registry.snapshots(), negotiate(PROTOBUF)));
    assert.ok(["U__a_2e_b", "a_b", "c_d"].every((name) => body.includes(name)), body);
  });

  it("leaves out those whose labels are too long once they are escaped", () => {
    const registry = new Registry();
    registry.add(counter("r_total", "Requests.")).inc(1, { exemplar: { ["é".repeat(40)]: "x" } });
    const values = "application/openmetrics-text;version=1.0.0;escaping=values";
    assert.equal(text(registry, values), "r_total 1.0\n");
    assert.match(text(registry, `${OPEN_METRICS};escaping=allow-utf-8`), / # \{"é{40}"="x"\} 1\.0 /);
  });

  it("are not changed by what happens to the caller's objects afterwards", () => {
    const registry = new Registry();
    const labels = { trace_id: "before" };
    const requests = registry.add(counter("r_total", "Requests.", ["code"]));
    requests.inc({ code: 1 }, 1, { exemplar: labels });
    requests.set({ code: 2 }, 1, { exemplar: { labels, value: 1 } });
    const exemplars = [{ labels, value: 0.5 }];
    const latency = registry.add(histogram("h", "Time.", [], { buckets: [1], native: true }));
    latency.observe(0.5, { exemplar: labels });
    const sizes = registry.add(histogram("s", "Sizes.", [], { buckets: [1] }));
    sizes.set({ buckets: [1], count: 1, sum: 0.5, exemplars });
    const before = encode(registry.snapshots(), negotiate(PROTOBUF));
    labels.trace_id = "after";
    exemplars[0] = { labels: { trace_id: "other" }, value: 0.25 };
    assert.deepEqual(encode(registry.snapshots(), negotiate(PROTOBUF)), before);
  });

  it("forgets those of a series that was removed", () => {
    const registry = new Registry();
    const a = registry.add(counter("a_total", "A.", ["k"]));
    a.inc({ k: "x" }, 1, { exemplar: { trace_id: "old" } });
    a.remove({ k: "x" });
    a.inc({ k: "y" });
    assert.equal(text(registry), 'a_total{k="y"} 1.0\n');
  });

  it("refuses those that are too long or no labels, and writes nothing then", () => {
    const a = new Registry().add(counter("a_total", "A.", ["k"]));
    const long = { name: "RangeError", message: /exemplar: its labels have 129 characters, expected 128 at most/ };
    assert.throws(() => a.inc({ k: "x" }, 1, { exemplar: { k: "😀".repeat(128) } }), long);
    assert.throws(() => a.inc({ k: "x" }, 1, { exemplar: { "__k": "v" } }), TypeError);
    assert.throws(() => a.inc({ k: "x" }, 1, { exemplar: { k: 1 as never } }), TypeError);
    a.inc({ k: "x" }, 1, { exemplar: { k: "😀".repeat(127) } });
    assert.equal(a.remove({ k: "x" }), true);
  });
});

describe("encode() of sample timestamps", () => {
  function timed(timestampMs: number): Registry {
    const registry = new Registry();
    registry.add(gauge("g", "G.", ["k"])).set({ k: "timed" }, 1, { timestampMs });
    registry.add(gauge("g", "G.", ["k"])).set({ k: "plain" }, 2);
    registry.add(summary("s", "S.", [], { quantiles: [0.5] })).set({ quantiles: [1], count: 2, sum: 3 }, {
      timestampMs,
    });
    return registry;
  }

  it("writes milliseconds in text and seconds in OpenMetrics", () => {
    assert.equal(
      text(timed(1_395_066_363_000), "text/plain"),
      `g{k="timed"} 1 1395066363000
g{k="plain"} 2
s{quantile="0.5"} 1 1395066363000
s_sum 3 1395066363000
s_count 2 1395066363000
`,
    );
    assert.match(text(timed(1_395_066_363_500)), /^g\{k="timed"\} 1\.0 1\.3950663635e\+09$/m);
  });

  it("leaves a time before the epoch out of text, whose readers fail on it", () => {
    assert.match(text(timed(-5), "text/plain"), /^g\{k="timed"\} 1$/m);
    assert.match(text(timed(-5)), /^g\{k="timed"\} 1\.0 -0\.005$/m);
  });

  it("refuses what is no time", () => {
    const g = new Registry().add(gauge("g", "G."));
    assert.throws(() => g.set(1, { timestampMs: NaN }), RangeError);
    assert.throws(() => g.set(1, { timestampMs: "now" as never }), TypeError);
  });
});

describe("encode() of gauge histograms", () => {
  it("uses the suffixes of each format", () => {
    const registry = new Registry();
    registry.add(gaugeHistogram("age", "Age.", [], { buckets: [1] })).set({ buckets: [2], count: 3, sum: -4 });
    assert.equal(text(registry), 'age_bucket{le="1.0"} 2\nage_bucket{le="+Inf"} 3\nage_gsum -4.0\nage_gcount 3\n');
    assert.equal(
      text(registry, "text/plain"),
      'age_bucket{le="1"} 2\nage_bucket{le="+Inf"} 3\nage_sum -4\nage_count 3\n',
    );
    const whole = (accept: string) => new TextDecoder().decode(encode(registry.snapshots(), negotiate(accept)));
    assert.match(whole(OPEN_METRICS), /^# TYPE age gaugehistogram$/m);
    assert.match(whole("text/plain"), /^# TYPE age histogram$/m);
  });
});

describe("encode() of consecutive families of one name", () => {
  it("writes one header", () => {
    const families = [[1], [1, 2]].map((buckets, i) => {
      const family = new HeldFamily({ ...histogram("h", "H.", ["k"]), buckets });
      family.writer.slot({ k: String(i) });
      return family.pin();
    });
    const written = new TextDecoder().decode(encode(families, negotiate(null)));
    assert.equal(written.match(/# TYPE h histogram/g)!.length, 1);
    assert.equal(written.match(/^h_bucket/gm)!.length, 5);
  });
});
