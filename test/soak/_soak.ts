/** A long run of scrapes with faults, and what the exporter holds on to before and after. */
import { build, stop } from "esbuild";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { ask } from "../_http.ts";
import { type Server, startServer } from "../_process.ts";
import { carriedRuntime } from "../_programs.ts";

/** What a process holds on to. */
export interface Holdings {
  readonly heapBytes: number;
  /** Listeners of the process's own events. */
  readonly listeners: number;
  /** What keeps the event loop alive: timers, sockets and the like, by kind. */
  readonly resources: Readonly<Record<string, number>>;
}

/** How a soak went. */
export interface Soak {
  readonly scrapes: number;
  /** Scrapes that were not answered with 200 and the steady collector's samples. */
  readonly spoilt: number;
  readonly before: Holdings;
  readonly after: Holdings;
  /** What the exporter logged. */
  readonly log: string;
}

/** How long a soak is. */
export interface SoakOptions {
  readonly warmUpScrapes: number;
  readonly scrapes: number;
  /** From the start of one scrape to that of the next. */
  readonly everyMs: number;
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Scrapes an exporter on Node while its upstream misbehaves, and looks at it before and after. */
export async function soak(options: SoakOptions): Promise<Soak> {
  await using upstream = await startUpstream();
  const folder = await Deno.makeTempDir({ prefix: "soak-" });
  try {
    await bundle(`${folder}/exporter.mjs`);
    await using server = await startServer({
      path: carriedRuntime("node").path,
      args: ["--expose-gc", `${folder}/exporter.mjs`, "--web.listen-address=127.0.0.1:0", `--upstream=${upstream.url}`],
    });
    await scrapes(server.url, options.warmUpScrapes, options.everyMs);
    const before = await holdings(server);
    const spoilt = await scrapes(server.url, options.scrapes, options.everyMs);
    const after = await holdings(server);
    return { scrapes: options.scrapes, spoilt, before, after, log: server.stderr() };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Starts a scrape every so often, waits for all, and counts those that were spoilt. */
async function scrapes(url: string, count: number, everyMs: number): Promise<number> {
  const started: Promise<boolean>[] = [];
  for (let i = 0; i < count; i++) {
    started.push(isWhole(url, i));
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  return (await Promise.all(started)).filter((whole) => !whole).length;
}

const REQUESTS: readonly { readonly path: string; readonly headers: Record<string, string> }[] = [
  { path: "/metrics", headers: {} },
  { path: "/metrics", headers: { "accept-encoding": "gzip" } },
  { path: "/metrics", headers: { accept: "application/openmetrics-text;version=1.0.0" } },
  { path: "/metrics?collect[]=steady&collect[]=deaf", headers: { "accept-encoding": "zstd" } },
  { path: "/metrics?exclude[]=flood", headers: { "x-prometheus-scrape-timeout-seconds": "0.05" } },
];

async function isWhole(url: string, i: number): Promise<boolean> {
  const { path, headers } = REQUESTS[i % REQUESTS.length]!;
  const { status, text } = await ask(url + path, { headers });
  return status === 200 && text.split("\n").filter((line) => line.startsWith("soak_value{")).length === 100;
}

/** Asks when everything that scrapes began is over: the slowest collector, and sockets that are closing. */
async function holdings(server: Server): Promise<Holdings> {
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const seen = server.stdout().length;
  server.signal("SIGUSR2");
  for (let tries = 0; tries < 500; tries++) {
    const line = server.stdout().slice(seen);
    if (line.endsWith("\n")) return JSON.parse(line);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("Cannot see what the exporter holds on to: it did not say so in ten seconds");
}

/** An upstream that does something else each time: answers, garbage, bytes that trickle, too many, an error, nothing. */
async function startUpstream() {
  const open = new Set<ServerResponse>();
  let asked = 0;
  const server = createServer((request, response) => {
    open.add(response);
    response.on("close", () => open.delete(response));
    if (request.url !== "/answer") return void response.end("ok");
    const behaviours = [
      () => response.end('{"ok":true}'),
      () => response.end("<html>502</html>"),
      () => response.write(" "),
      () => response.end(JSON.stringify("x".repeat(20_000))),
      () => response.writeHead(500).end(),
      () => response.destroy(),
      () => {},
    ];
    behaviours[asked++ % behaviours.length]!();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bundle(outfile: string): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: ["test/soak/exporter.ts"],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    logLevel: "silent",
    alias: { "@exporterkit/core": "./src/mod.ts", "#runtime": "./src/runtime/node.ts" },
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  await stop();
}
