import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { withProbe } from "../exporter/with_probe.ts";
import { gauge } from "../metrics/gauge.ts";
import { exporterWith } from "./_testing.ts";
import { declaredMetrics, describeArtifact } from "./artifact.ts";

describe("describeArtifact()", () => {
  it("says what is in it, of the first file above all", () => {
    const exporter = exporterWith({ permissions: { net: ["a:1"] } });
    const files = [{ path: "t.mjs", content: "é" }, { path: "t.bin", content: new Uint8Array(3) }];
    const artifact = describeArtifact("node", exporter, { files, start: "node t.mjs" });
    const hash = (bytes: string | Uint8Array) => createHash("sha256").update(bytes).digest("hex");
    assert.deepEqual(artifact, {
      name: "t",
      version: "1.2.3",
      preset: "node",
      entry: "t.mjs",
      bytes: 2,
      sha256: hash("é"),
      files: [
        { path: "t.mjs", bytes: 2, sha256: hash("é") },
        { path: "t.bin", bytes: 3, sha256: hash(new Uint8Array(3)) },
      ],
      start: "node t.mjs",
      port: 9999,
      permissions: { net: ["a:1"] },
      metrics: [
        { name: "t_jobs_total", type: "counter", help: "Jobs.", labelNames: ["queue"] },
        { name: "t_size_bytes", type: "gauge", help: "Size.", unit: "bytes", labelNames: [], collector: "subject" },
      ],
    });
  });
});

describe("declaredMetrics()", () => {
  it("has those of probes too, each once", () => {
    const up = gauge("t_target_up", "Up.");
    const exporter = exporterWith();
    const shared = exporter.collectors.subject!;
    const target = { help: "T.", metrics: { up }, collect() {} };
    const probing = withProbe(exporter, { collectors: { subject: shared, target } });
    assert.deepEqual(declaredMetrics(probing).map(({ name, collector }) => [name, collector]), [
      ["t_jobs_total", undefined],
      ["t_size_bytes", "subject"],
      ["t_target_up", "target"],
    ]);
  });
});
