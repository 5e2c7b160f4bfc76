/** Three services as exporters, the same three merged into one process, and a Prometheus that scrapes all of them. */
import { fileURLToPath } from "node:url";
import { freePort } from "../_port.ts";
import { type Ending, runToEnd, type Server, startServer } from "../_process.ts";
import { ownRuntime } from "../_programs.ts";
import { type Prometheus, startPrometheus } from "../_prometheus.ts";
import { METRICS, SERVICES } from "./services.ts";
import { startUpstream, type Upstream } from "./_upstream.ts";

/** The name of the process that has all services. */
export const MERGED = "merged";

/** Everything that can go wrong, and what is seen of it. */
export interface World {
  /** The upstream of the service that things happen to. */
  readonly upstream: Upstream;
  /** The file that its backup job writes. */
  readonly file: string;
  /** Ends the program of the service and the merged one, as the kernel would. */
  kill(): Promise<void>;
  /** Starts those of them that do not run. */
  revive(): Promise<void>;
  /** Starts the program of the service, which is expected to end by itself. */
  tryToStart(): Promise<Ending>;
  /** Ports of the service and of the merged program. */
  readonly ports: readonly number[];
  /** Series that Prometheus does not have now, as `<job> <name>`. */
  missing(): Promise<string[]>;
  /** Waits until Prometheus has all series. */
  untilWhole(): Promise<void>;
  stop(): Promise<void>;
}

/** All series that there are if nothing is wrong. */
export const ALL: readonly string[] = SERVICES.flatMap((service) =>
  [service, MERGED].flatMap((job) => METRICS.map((metric) => `${job} ${service}_${metric}`))
).sort();

const SERIES = `{__name__=~"(${SERVICES.join("|")})_(${METRICS.join("|")})"}`;

/** Starts it. */
export async function startWorld(): Promise<World> {
  const folder = await Deno.makeTempDir({ prefix: "exporterkit-faults-" });
  const upstreams = new Map(SERVICES.map((service) => [service, startUpstream()]));
  const sources = Object.fromEntries(SERVICES.map((service) => {
    return [service, { upstream: upstreams.get(service)!.url, file: `${folder}/${service}.prom` }];
  }));
  for (const { file } of Object.values(sources)) await writeBackup(file);
  const ports = new Map([...SERVICES, MERGED].map((program) => [program, freePort()]));
  const running = new Map<string, Server>();

  function command(program: string) {
    const port = ports.get(program)!;
    const file = program === MERGED ? "merged.ts" : "exporter.ts";
    const flags = program === MERGED ? [] : [`--web.listen-address=127.0.0.1:${port}`];
    return {
      path: ownRuntime().path,
      args: ["run", "-A", fileURLToPath(import.meta.resolve(`./${file}`)), ...flags],
      env: { SERVICE: program, SOURCES: JSON.stringify(sources), PORT: String(port) },
    };
  }
  async function start(program: string): Promise<void> {
    if (!running.has(program)) running.set(program, await startServer(command(program)));
  }
  for (const program of ports.keys()) await start(program);
  const jobs = [...ports].map(([job, port]) =>
    `  - job_name: ${job}\n    static_configs: [{ targets: ["127.0.0.1:${port}"] }]\n`
  );
  const prometheus: Prometheus = await startPrometheus(
    `global: { scrape_interval: 1s, scrape_timeout: 1s }\nscrape_configs:\n${jobs.join("")}`,
  );
  const [victim] = SERVICES;
  const keys = (samples: readonly { metric: Readonly<Record<string, string>> }[]) =>
    samples.map(({ metric }) => `${metric.job} ${metric.__name__}`).sort();

  return {
    upstream: upstreams.get(victim)!,
    file: sources[victim]!.file,
    ports: [ports.get(victim)!, ports.get(MERGED)!],
    async kill() {
      for (const program of [victim, MERGED]) {
        running.get(program)?.signal("SIGKILL");
        await running.get(program)?.ended;
        running.delete(program);
      }
    },
    async revive() {
      for (const program of [victim, MERGED]) await start(program);
    },
    tryToStart: () => runToEnd(command(victim)),
    async missing() {
      const found = keys(await prometheus.query(SERIES));
      return ALL.filter((series) => !found.includes(series));
    },
    async untilWhole() {
      await prometheus.until(SERIES, (samples) => keys(samples).join() === ALL.join());
    },
    async stop() {
      await prometheus.stop();
      for (const server of running.values()) server.signal("SIGKILL");
      for (const server of running.values()) await server.ended;
      for (const upstream of upstreams.values()) await upstream.stop();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Writes the file as a backup job does that has finished. */
export async function writeBackup(file: string): Promise<void> {
  await Deno.writeTextFile(file, "last_backup_timestamp_seconds 1700000000\n");
}
