import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { defineExporter, type Exporter } from "../exporter/definition.ts";
import { gauge } from "../metrics/gauge.ts";
import { gaugeHistogram } from "../metrics/gauge_histogram.ts";
import { histogram } from "../metrics/histogram.ts";
import type { Description } from "../model/description.ts";
import { helpText, readProgramOptions } from "./program_flags.ts";

const FLAG = "--metrics.histograms";

function exporterWith(metrics: Record<string, Description>, held: Record<string, Description> = {}): Exporter {
  return defineExporter({
    name: "t",
    version: "1.0.0",
    port: 9999,
    metrics: held,
    collectors: { plain: { help: "None.", collect() {} }, one: { help: "One.", metrics, collect() {} } },
  });
}

describe("readProgramOptions()", () => {
  const latency = histogram("t_seconds", "Time.");
  const ages = gaugeHistogram("t_ages", "Ages.");

  const withHistograms: [string, Exporter][] = [
    ["a collector has a histogram", exporterWith({ latency })],
    ["a collector has a gauge histogram", exporterWith({ ages })],
    ["a histogram is held", exporterWith({}, { latency })],
  ];
  for (const [where, exporter] of withHistograms) {
    it(`reads the kind of histograms where ${where}`, () => {
      for (const kind of ["classic", "native", "both"]) {
        const read = readProgramOptions(exporter, [`${FLAG}=${kind}`]);
        assert.equal("options" in read && read.options.metrics.histograms, kind);
      }
      const { options } = readProgramOptions(exporter, []) as { options: { metrics: object } };
      assert.deepEqual(options.metrics, {});
      assert.match(helpText(exporter), /--metrics\.histograms=<string> +Buckets .* One of classic, native, both\.\n/);
    });
  }

  it("refuses other kinds", () => {
    assert.deepEqual(readProgramOptions(exporterWith({ latency }), [`${FLAG}=exponential`]), {
      problems: [`Flag ${FLAG}: got "exponential", expected one of classic, native, both`],
    });
  });

  it("knows no kind of histograms where none is declared", () => {
    const exporter = exporterWith({ level: gauge("t_level", "Level.") });
    assert.deepEqual(readProgramOptions(exporter, [`${FLAG}=both`]), {
      problems: [`Unknown flag ${FLAG}, expected one of those that --help lists`],
    });
    assert.ok(!helpText(exporter).includes(FLAG));
  });

  it("reads how many scrapes there may be at the same time", () => {
    const exporter = exporterWith({});
    const most = (args: string[]) => {
      const read = readProgramOptions(exporter, args);
      return "options" in read ? read.options.web.maxRequests : read.problems;
    };
    assert.deepEqual([most([]), most(["--web.max-requests=0"]), most(["--web.max-requests", "3"])], [40, 0, 3]);
    for (const wrong of ["-1", "1.5", "many"]) assert.ok(Array.isArray(most([`--web.max-requests=${wrong}`])), wrong);
  });
});
