// What series cost in memory. One library per process, since heaps are shared.
import { gzipSync } from "node:zlib";
import { memory } from "../_measure.ts";
import { amount, labelSets, type PeerRegistry } from "../_peer.ts";
import { peerNamed } from "../peers/all.ts";

const SCRAPES = 3;

/** Bytes per series. */
export interface Footprint {
  readonly heap: number;
  readonly rss: number;
  readonly heapAfterScrapes: number;
  readonly rssAfterScrapes: number;
  /** After scrapes that ask for gzip too, as Prometheus does. */
  readonly heapAfterGzip: number;
}

/** Makes 100 000 series of a library and scrapes them, with all values changed in between. */
export async function footprint(name: string, quick: boolean): Promise<Footprint> {
  const series = quick ? 10_000 : 100_000;
  const sets = labelSets(series / 10);
  const registry = peerNamed(name).registry();
  const before = memory();
  const counters = Array.from({ length: 10 }, (_, i) => registry.counter(`bench_requests_${i}_total`));
  // A fresh object for each call, as code has it: some libraries keep the object, and families would share it.
  const update = (round: number) =>
    counters.forEach((counter) => sets.forEach((labels, i) => counter.inc({ ...labels }, amount(i, round))));
  update(0);
  const built = memory();
  for (let round = 1; round <= SCRAPES; round++) {
    update(round);
    await scrape(registry);
  }
  const scraped = memory();
  for (let round = SCRAPES + 1; round <= 2 * SCRAPES; round++) {
    update(round);
    await scrapeGzip(registry);
  }
  const zipped = memory();
  // Still in use, whatever an optimizer thinks.
  counters[0]!.inc(sets[0]!, 1);
  return {
    heap: (built.heap - before.heap) / series,
    rss: (built.rss - before.rss) / series,
    heapAfterScrapes: (scraped.heap - before.heap) / series,
    rssAfterScrapes: (scraped.rss - before.rss) / series,
    heapAfterGzip: (zipped.heap - before.heap) / series,
  };
}

/** In a function of its own, whose end lets go of the body. */
async function scrape(registry: PeerRegistry): Promise<void> {
  const body = await registry.expose();
  if (body.length === 0) throw new Error("the scrape was empty");
}

async function scrapeGzip(registry: PeerRegistry): Promise<void> {
  const body = registry.exposeGzip?.() ?? gzipSync(await registry.expose());
  if (body.length === 0) throw new Error("the scrape was empty");
}
