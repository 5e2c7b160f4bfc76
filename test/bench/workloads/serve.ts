// A server on loopback that tells for how long its event loop was blocked. One library per process.
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { setImmediate } from "node:timers/promises";
import { amount, labelSets, type PeerRegistry } from "../_peer.ts";
import { peerNamed } from "../peers/all.ts";

/** How long our handler encodes before it lets other work run. */
const SLICE_MS = 4;

/**
 * Serves `/metrics` of many series until it is killed. `/change` changes every value; `/longest` answers with the longest
 * time in milliseconds for which no timer ran since then.
 */
export function serveMany(name: string, quick: boolean): void {
  const series = quick ? 20_000 : 200_000;
  const sets = labelSets(series / 10);
  const registry = peerNamed(name).registry();
  const counters = Array.from({ length: 10 }, (_, i) => registry.counter(`bench_requests_${i}_total`));
  const change = (round: number) =>
    counters.forEach((counter) => sets.forEach((labels, i) => counter.inc(labels, amount(i, round))));
  change(0);
  let round = 0;
  let last = performance.now();
  let longest = 0;
  setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last - 1);
    last = now;
  }, 1);
  const server = createServer(async (request, response) => {
    if (request.url === "/metrics") return await scrape(registry, response);
    if (request.url === "/change") {
      change(++round);
      longest = 0;
      last = performance.now();
    }
    response.end(String(longest));
  });
  server.listen(0, "127.0.0.1", () => {
    console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  process.on("SIGTERM", () => process.exit(0));
}

async function scrape(registry: PeerRegistry, response: ServerResponse): Promise<void> {
  if (registry.chunks === undefined) {
    response.end(await registry.expose());
    return;
  }
  let start = performance.now();
  for (const chunk of registry.chunks()) {
    if (chunk.length > 0 && !response.write(chunk)) await new Promise((resolve) => response.once("drain", resolve));
    if (performance.now() - start > SLICE_MS) {
      await setImmediate();
      start = performance.now();
    }
  }
  response.end();
}
