/** Plugins beside the exporters that they replace: what a scrape of the same server costs each. */
import { Agent } from "node:http";
import { ask } from "../_http.ts";
import { type ArtifactOptions, ARTIFACTS, startArtifact } from "../plugins/_artifacts.ts";
import * as mariadb from "../plugins/_mariadb.ts";
import * as memcached from "../plugins/_memcached.ts";
import * as nginx from "../plugins/_nginx.ts";
import * as postgres from "../plugins/_postgres.ts";
import * as redis from "../plugins/_redis.ts";
import { median, type Row } from "./_measure.ts";
import { costOf, processAt } from "./_processes.ts";

/** Something that serves metrics. */
interface Started extends AsyncDisposable {
  readonly url: string;
}

/** A server that both exporters can ask. */
interface Upstream extends AsyncDisposable {
  readonly ours: ArtifactOptions;
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
};

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
      return [preset === "node" ? "exporterkit" : `on ${preset}`, () => startArtifact(plugin, artifact, server.ours)];
    })),
    original: server.original,
  };
  await using stack = new AsyncDisposableStack();
  const measured = new Map<string, { scrape: () => Promise<number>; pid: number; startMs: number; times: number[] }>();
  for (const [side, start] of Object.entries(sides)) {
    const { url } = stack.use(await start());
    const agent = new Agent({ keepAlive: true });
    stack.defer(() => agent.destroy());
    const scrape = () => scrapeMs(url, agent);
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
    costs[side] = { startMs, latencyMs: median(times), cpuMs: spentMs * 100 / SCRAPES, residentBytes };
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
  ];
}

async function scrapeMs(url: string, agent: Agent): Promise<number> {
  const startMs = performance.now();
  const { status } = await ask(`${url}/metrics`, { agent, headers: { "accept-encoding": "gzip" } });
  if (status !== 200) throw new Error(`Cannot measure ${url}: a scrape was answered with ${status}`);
  return performance.now() - startMs;
}

function upstream(server: AsyncDisposable, ours: ArtifactOptions, original: () => Promise<Started>): Upstream {
  return { ours, original, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

function stoppable({ url, stop }: { readonly url: string; stop(): Promise<void> }): Started {
  return { url, [Symbol.asyncDispose]: stop };
}
