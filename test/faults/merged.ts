/** The same three services in one process with one handler, as they are often written: prom-client, and a `collect` each. */
import { Gauge, register } from "prom-client";
import { readBacklog, readBackup, SERVICES, sourcesOf } from "./services.ts";

for (const service of SERVICES) {
  const sources = sourcesOf(service);
  new Gauge({
    name: `${service}_backlog`,
    help: "Jobs that wait.",
    labelNames: ["queue"],
    async collect() {
      await readBacklog(sources, (queue, jobs) => this.set({ queue }, jobs), { fetch });
    },
  });
  new Gauge({ name: `${service}_workers`, help: "Workers that run." }).set(4);
  new Gauge({
    name: `${service}_last_backup_timestamp_seconds`,
    help: "When the last backup was made.",
    async collect() {
      this.set(await readBackup(sources));
    },
  });
}

Deno.serve({
  hostname: "127.0.0.1",
  port: Number(Deno.env.get("PORT")),
  onListen: ({ port }) => console.log(`Listening on http://127.0.0.1:${port}`),
}, async () => {
  try {
    return new Response(await register.metrics(), { headers: { "Content-Type": register.contentType } });
  } catch (error) {
    return new Response(String(error), { status: 500 });
  }
});
