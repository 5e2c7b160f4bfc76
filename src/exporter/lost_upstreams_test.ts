import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as v from "valibot";
import { gauge } from "../metrics/gauge.ts";
import { recordingLog, samples } from "./_testing.ts";
import { defineExporter } from "./definition.ts";
import type { UpstreamLabels } from "./lost_upstreams.ts";
import { RunningExporter } from "./running_exporter.ts";
import { UpstreamError } from "./upstream_failure.ts";

const value = gauge("t_value", "A value.");
const settings = v.object({ upstreams: v.array(v.record(v.string(), v.string())) });

/** An exporter of some upstreams, each of which a run loses that `errors` names. */
function running(upstreams: readonly UpstreamLabels[], errors: Readonly<Record<string, Error>> = {}) {
  const log = recordingLog();
  const exporter = defineExporter({
    name: "t",
    version: "1.0.0",
    port: 1,
    settings,
    open: () => "resource",
    upstreams: ({ upstreams }) => upstreams,
    collectors: {
      subject: {
        help: "What is tested.",
        metrics: { value },
        collect({ resource, settings: { upstreams }, metrics, family, lost }) {
          assert.equal(resource, "resource");
          for (const labels of upstreams) {
            const error = errors[labels.addr ?? "-"];
            if (error !== undefined) lost(labels, error);
            else if (Object.keys(labels).length === 0) metrics.value.set(1);
            else family(gauge("t_value", "A value.", Object.keys(labels))).set(labels, 1);
          }
        },
      },
    },
  });
  return { log, errors, exporter: new RunningExporter(exporter, { settings: { upstreams }, log }) };
}

/** What a scrape says of upstreams and values. */
async function said(exporter: RunningExporter): Promise<string[]> {
  const gathered = await exporter.gather();
  return samples(gathered).filter((line) =>
    /^t_(?:up[ {]|value|scrape_upstream_failure.* 1$|scrape_collector_success)/.test(line)
  );
}

describe("the upstreams of an exporter", () => {
  const two = [{ addr: "a", dc: "x" }, { addr: "b", dc: "x" }];
  const refused = new UpstreamError("refused", "nobody is there");

  it("are told apart by their labels, and so is what is declared with more labels", async () => {
    assert.deepEqual(await said(running(two).exporter), [
      't_scrape_collector_success{collector="subject"} 1',
      't_up{addr="a",dc="x"} 1',
      't_up{addr="b",dc="x"} 1',
      't_value{addr="a",dc="x"} 1',
      't_value{addr="b",dc="x"} 1',
    ]);
    assert.deepEqual(await said(running([{}]).exporter), [
      't_scrape_collector_success{collector="subject"} 1',
      "t_up 1",
      "t_value 1",
    ]);
  });

  it("are served without the one that a run lost, whose reason is told and logged once", async () => {
    const errors: Record<string, Error> = { b: refused };
    const { exporter, log } = running(two, errors);
    const without = [
      't_scrape_collector_success{collector="subject"} 1',
      't_scrape_upstream_failure{addr="b",dc="x",reason="refused"} 1',
      't_up{addr="a",dc="x"} 1',
      't_up{addr="b",dc="x"} 0',
      't_value{addr="a",dc="x"} 1',
    ];
    for (let i = 0; i < 3; i++) assert.deepEqual(await said(exporter), without);
    delete errors.b;
    assert.equal((await said(exporter)).length, 5);
    assert.deepEqual(log.lines, [
      'error: Upstream failed {"upstream":"addr=b dc=x","reason":"error","error":"nobody is there"}',
      'info: Upstream succeeded again {"upstream":"addr=b dc=x"}',
    ]);
  });

  it("are a failed run where none is left, each for its own reason", async () => {
    const { exporter } = running(two, { a: refused, b: new UpstreamError("tls", "expired") });
    const { reports } = await exporter.gather();
    const { outcome, error } = reports.get("subject")!;
    assert.deepEqual([outcome, String(error)], ["error", "LostUpstreams: None of 2 upstreams was reached"]);
    assert.deepEqual(await said(exporter), [
      't_scrape_collector_success{collector="subject"} 0',
      't_scrape_upstream_failure{addr="a",dc="x",reason="refused"} 1',
      't_scrape_upstream_failure{addr="b",dc="x",reason="tls"} 1',
      't_up{addr="a",dc="x"} 0',
      't_up{addr="b",dc="x"} 0',
    ]);
  });

  it("fail a run by the error of the only one", async () => {
    const { exporter } = running([{}], { "-": refused });
    assert.equal((await exporter.gather()).reports.get("subject")!.error, refused);
    assert.deepEqual(await said(exporter), [
      't_scrape_collector_success{collector="subject"} 0',
      't_scrape_upstream_failure{reason="refused"} 1',
      "t_up 0",
    ]);
  });

  it("are others after the settings were read again", async () => {
    const { exporter } = running([{}]);
    await said(exporter);
    exporter.reconfigure({ upstreams: [...two, ...Array.from({ length: 20 }, (_, i) => ({ addr: `${i}`, dc: "y" }))] });
    const many = await said(exporter);
    assert.equal(many.filter((line) => /^t_up\{.*\} 1$/.test(line)).length, 22);
    assert.equal(many.filter((line) => /^t_value\{/.test(line)).length, 22);
    for (let i = 0; i < 4; i++) {
      exporter.reconfigure({ upstreams: [{}] });
      assert.deepEqual((await said(exporter)).slice(1), ["t_up 1", "t_value 1"]);
    }
  });

  it("cannot be lost where there is no such one", async () => {
    const exporter = new RunningExporter(defineExporter({
      name: "t",
      version: "1.0.0",
      port: 1,
      open: () => 1,
      upstreams: () => two,
      collectors: { subject: { help: "Loses another.", collect: ({ lost }) => lost({ addr: "c", dc: "x" }, refused) } },
    }));
    const { error } = (await exporter.gather()).reports.get("subject")!;
    assert.equal(
      String(error),
      'TypeError: Unknown upstream "addr=c dc=x", expected one of "addr=a dc=x", "addr=b dc=x"',
    );
  });
});

describe("CollectContext.family()", () => {
  const wrong = [
    gauge("t_value", "A value."),
    gauge("t_value", "Another.", ["x"]),
    gauge("t_labelled", "A value.", ["y", "z"]),
  ];
  for (const description of wrong) {
    it(`refuses a metric of the collector that is not that with more labels: ${JSON.stringify(description)}`, async () => {
      const exporter = new RunningExporter(defineExporter({
        name: "t",
        version: "1.0.0",
        port: 1,
        collectors: {
          subject: {
            help: "Declares twice.",
            metrics: { value, labelled: gauge("t_labelled", "A value.", ["x"]) },
            collect: ({ family }) => void family(description),
          },
        },
      }));
      const { error } = (await exporter.gather()).reports.get("subject")!;
      assert.match(String(error), /already declared under the collector's metrics, and has no more labels here/);
    });
  }
});
