/** An exporter for Workers whose upstream is asked by a cron trigger alone. The bundle says where the upstream is. */
import { counter, defineExporter, gauge, histogram, serve, summary } from "@exporterkit/core";

declare const UPSTREAM: string;

const exporter = defineExporter({
  name: "stored",
  version: "1.0.0",
  port: 9880,
  collectors: {
    jobs: {
      help: "What the upstream has counted.",
      freshness: { every: "1m", keep: "1h" },
      metrics: {
        jobs: counter("stored_jobs_total", "Jobs done.", ["queue"]),
        duration: histogram("stored_duration_seconds", "Time per job.", [], { buckets: [0.1, 1], native: true }),
        wait: summary("stored_wait_seconds", "Time in the queue.", [], { quantiles: [0.5], window: true }),
      },
      async collect({ metrics, fetch, signal, family }) {
        const answer = await fetch(UPSTREAM, { signal });
        if (!answer.ok) throw new Error(`the upstream answers ${answer.status}`);
        const { queues, found } = await answer.json();
        for (const [queue, total] of Object.entries<number>(queues)) {
          metrics.jobs.set({ queue }, total, {
            createdMs: 1_700_000_000_000,
            exemplar: { labels: { trace_id: "abc" }, value: 1 },
          });
        }
        metrics.duration.observe(0.5);
        metrics.wait.observe(2);
        family(gauge(found, "Whatever the upstream has.", ["a", "b"])).set({ a: "", b: "1" }, NaN);
      },
    },
    isolate: {
      help: "Tells isolates apart.",
      metrics: { started: gauge("stored_isolate", "A number of this isolate.") },
      collect: ({ metrics }) => metrics.started.set(number ??= Math.random()),
    },
  },
});

let number: number | undefined;

export default serve(exporter, import.meta);
