/** Plugins beside the exporters that they replace: what a scrape of the same server costs each. */
import { Agent } from "node:http";
import { ask } from "../_http.ts";
import { startApi } from "../../plugins/json_exporter/_testing.ts";
import { artifactOf, type ArtifactOptions, ARTIFACTS, startArtifact } from "../plugins/_artifacts.ts";
import * as blackbox from "../plugins/_blackbox.ts";
import * as json from "../plugins/_json_exporter.ts";
import * as mariadb from "../plugins/_mariadb.ts";
import * as memcached from "../plugins/_memcached.ts";
import * as nginx from "../plugins/_nginx.ts";
import * as postgres from "../plugins/_postgres.ts";
import * as redis from "../plugins/_redis.ts";
import { median, type Row } from "./_measure.ts";
import { costOf, processAt, programBytes } from "./_processes.ts";

/** Something that serves metrics. */
interface Started extends AsyncDisposable {
  readonly url: string;
}

/** A server that both exporters can ask. */
interface Upstream extends AsyncDisposable {
  readonly ours: ArtifactOptions;
  /** What is asked of both. @default `/metrics` */
  readonly path?: string;
  original(): Promise<Started>;
}

const SUBJECTS: Readonly<Record<string, () => Promise<Upstream>>> = {
  async redis_exporter() {
    const server = await redis.prepareRedis();
    await server.start();
    await redis.fill(server);
    const ours = { env: { REDIS_ADDR: server.url } };
    return upstream(server, ours, async () => stoppable(await redis.startOriginal(server.url)));
  },
  async mysqld_exporter() {
    const server = await mariadb.startMariadb();
    const name = mariadb.dataSourceName(server.port);
    const ours = { env: { DATA_SOURCE_NAME: name } };
    return upstream(server, ours, async () => stoppable(await mariadb.startOriginal(name)));
  },
  async postgres_exporter() {
    const server = await postgres.preparePostgres();
    await server.start();
    const name = server.dataSource();
    const ours = { env: { DATA_SOURCE_NAME: name } };
    return upstream(server, ours, async () => stoppable(await postgres.startOriginal(name)));
  },
  async nginx_exporter() {
    const server = await nginx.prepareNginx();
    await server.start();
    const uri = `${server.url}/stub_status`;
    const ours = { env: { SCRAPE_URI: uri } };
    return upstream(server, ours, async () => stoppable(await nginx.startOriginal(uri)));
  },
  async memcached_exporter() {
    const server = memcached.prepareMemcached();
    await server.start();
    const ours = { args: [`--memcached.address=${server.address}`] };
    return upstream(server, ours, async () => stoppable(await memcached.startOriginal(server)));
  },
  async blackbox_exporter() {
    const targets = await blackbox.startTargets();
    const modules = `${targets.folder}/bench.yml`;
    await Deno.writeTextFile(modules, JSON.stringify({ modules: { http_2xx: { prober: "http" } } }));
    const query = new URLSearchParams({ module: "http_2xx", target: `http://127.0.0.1:${targets.ports.web}/` });
    const probing = upstream(targets, { args: [ALLOW] }, () => blackbox.startOriginal(modules));
    return { ...probing, path: `/probe?${query}` };
  },
  async json_exporter() {
    const api = await startApi(DOCUMENT);
    const folder = await Deno.makeTempDir({ prefix: "exporterkit-bench-" });
    const config = `${folder}/config.yml`;
    await Deno.writeTextFile(config, JSON.stringify({ modules: { default: { metrics: DOCUMENT_METRICS } } }));
    const ours = { args: [`--config.file=${config}`, ALLOW], folders: { "/etc/json_exporter": folder } };
    const probing = upstream(api, ours, () => json.startOriginal(config));
    return {
      ...probing,
      path: `/probe?${new URLSearchParams({ module: "default", target: api.url })}`,
      async [Symbol.asyncDispose]() {
        await api[Symbol.asyncDispose]();
        await Deno.remove(folder, { recursive: true });
      },
    };
  },
};

/** Probes go to this machine. */
const ALLOW = "--probe.allow=127.0.0.0/8";
/** A hundred objects with two values each, as an API has them that lists its queues. */
const DOCUMENT = {
  counter: 1234,
  values: Array.from({ length: 100 }, (_, i) => ({ id: `queue-${i}`, count: i, some_boolean: i % 2 === 0 })),
};
const DOCUMENT_METRICS = [
  { name: "example_global_value", path: "{ .counter }", help: "One value." },
  {
    name: "example_value",
    type: "object",
    path: "{ .values[*] }",
    help: "Values of objects.",
    labels: { id: "{ .id }" },
    values: { count: "{ .count }", boolean: "{ .some_boolean }" },
  },
];

const WARM_UP_SCRAPES = 200;
const SCRAPES = 400;
/** Each side is scraped so many times in a row before the next one is. */
const SCRAPES_IN_A_ROW = 50;

/** What the scrapes of a side cost. */
interface Cost {
  readonly startMs: number;
  readonly latencyMs: number;
  readonly cpuMs: number;
  readonly residentBytes: number;
  /** Of the file that is deployed: a script, for which there has to be Node or Deno, or a program. */
  readonly fileBytes: number;
}

/** Compares each plugin, as artifact for Node, Bun and Deno, with the original. */
export async function exporterRows(note: (text: string) => void): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [plugin, start] of Object.entries(SUBJECTS)) {
    note(plugin);
    await using server = await start();
    rows.push(...rowsOf(plugin, await compare(plugin, server)));
  }
  return rows;
}

/** The exporters run side by side, and are scraped in turns. */
async function compare(plugin: string, server: Upstream): Promise<Record<string, Cost>> {
  const sides: Record<string, () => Promise<Started>> = {
    ...Object.fromEntries(ARTIFACTS.map((artifact) => {
      const [preset] = artifact;
      return [sideOf(preset), () => startArtifact(plugin, artifact, server.ours)];
    })),
    original: server.original,
  };
  await using stack = new AsyncDisposableStack();
  const fileBytes: Record<string, number> = {};
  for (const [preset] of ARTIFACTS) fileBytes[sideOf(preset)] = (await artifactOf(plugin, preset)).bytes;
  const measured = new Map<string, { scrape: () => Promise<number>; pid: number; startMs: number; times: number[] }>();
  for (const [side, start] of Object.entries(sides)) {
    const { url } = stack.use(await start());
    const agent = new Agent({ keepAlive: true });
    stack.defer(() => agent.destroy());
    const scrape = () => scrapeMs(`${url}${server.path ?? "/metrics"}`, agent);
    await scrape();
    const pid = await processAt(Number(new URL(url).port));
    measured.set(side, { scrape, pid, startMs: (await costOf(pid)).ageMs, times: [] });
  }
  for (const { scrape } of measured.values()) {
    for (let i = 0; i < WARM_UP_SCRAPES; i++) await scrape();
  }
  const before = new Map<string, number>();
  for (const [side, { pid }] of measured) before.set(side, (await costOf(pid)).cpuMs);
  for (let done = 0; done < SCRAPES; done += SCRAPES_IN_A_ROW) {
    for (const { scrape, times } of measured.values()) {
      for (let i = 0; i < SCRAPES_IN_A_ROW; i++) times.push(await scrape());
    }
  }
  const costs: Record<string, Cost> = {};
  for (const [side, { pid, startMs, times }] of measured) {
    const { cpuMs, residentBytes } = await costOf(pid);
    const spentMs = cpuMs - before.get(side)!;
    costs[side] = {
      startMs,
      latencyMs: median(times),
      cpuMs: spentMs * 100 / SCRAPES,
      residentBytes,
      fileBytes: fileBytes[side] ?? await programBytes(pid),
    };
  }
  return costs;
}

function rowsOf(plugin: string, costs: Readonly<Record<string, Cost>>): Row[] {
  const row = (what: string, unit: Row["unit"], of: (cost: Cost) => number): Row => ({
    workload: `${plugin}: ${what}`,
    unit,
    values: Object.fromEntries(Object.entries(costs).map(([side, cost]) => [side, of(cost)])),
  });
  return [
    row("a scrape, median", "ms", ({ latencyMs }) => latencyMs),
    row("CPU of 100 scrapes", "ms", ({ cpuMs }) => cpuMs),
    row("resident memory", "bytes", ({ residentBytes }) => residentBytes),
    row("start to first scrape", "ms", ({ startMs }) => startMs),
    row("artifact size", "bytes", ({ fileBytes }) => fileBytes),
  ];
}

/** The side of a preset's artifact. */
function sideOf(preset: string): string {
  return preset === "node" ? "exporterkit" : `on ${preset}`;
}

async function scrapeMs(url: string, agent: Agent): Promise<number> {
  const startMs = performance.now();
  const { status, text } = await ask(url, { agent, headers: { "accept-encoding": "gzip" } });
  const tookMs = performance.now() - startMs;
  if (status !== 200) throw new Error(`Cannot measure ${url}: a scrape was answered with ${status}`);
  if (/^probe_success 0$/m.test(text)) throw new Error(`Cannot measure ${url}: the probe failed`);
  return tookMs;
}

function upstream(server: AsyncDisposable, ours: ArtifactOptions, original: () => Promise<Started>): Upstream {
  return { ours, original, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

function stoppable({ url, stop }: { readonly url: string; stop(): Promise<void> }): Started {
  return { url, [Symbol.asyncDispose]: stop };
}
