import { defineExporter } from "../exporter/definition.ts";
import type { Exporter } from "../exporter/definition.ts";
import { counter } from "../metrics/counter.ts";
import { gauge } from "../metrics/gauge.ts";

/** An exporter with one metric of each kind of owner, changed as a test needs it. */
export function exporterWith(changes: Partial<Exporter> = {}): Exporter {
  return defineExporter({
    name: "t",
    version: "1.2.3",
    port: 9999,
    metrics: { jobs: counter("t_jobs_total", "Jobs.", ["queue"]) },
    collectors: {
      subject: { help: "S.", metrics: { size: gauge("t_size_bytes", "Size.", [], { unit: "bytes" }) }, collect() {} },
    },
    ...changes,
  });
}
