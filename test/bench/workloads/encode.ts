// From the registry to the bytes of a scrape, plain and compressed.
import { gzipSync } from "node:zlib";
import { alternate, type Row, type Sides } from "../_measure.ts";
import { amount, BUCKETS, labelSets, noiseOf, type Peer, type PeerRegistry } from "../_peer.ts";
import { chosenPeers } from "../peers/all.ts";

const FAMILIES = 10;
/** Which series change between two scrapes: every `step`th of the first `share` of them. */
const CHANGES: Record<string, { readonly step: number; readonly share: number }> = {
  "100 % changed": { step: 1, share: 1 },
  // In every family and everywhere in it: no part of the text stays as it is.
  "10 % changed": { step: 10, share: 1 },
  "10 % changed, side by side": { step: 1, share: 0.1 },
  "0 % changed": { step: 1, share: 0 },
};

/** Something that changes the values of some series. */
type Change = (round: number, changed: string) => void;

/** Every library with counters: 10 000 series, and 100 000 unless in a hurry. */
export async function encodeCounters(quick: boolean): Promise<Row[]> {
  const rows: Row[] = [];
  for (const series of quick ? [10_000] : [10_000, 100_000]) {
    const sets = labelSets(series / FAMILIES);
    const contenders = contend((registry) => {
      const counters = Array.from({ length: FAMILIES }, (_, i) => registry.counter(`bench_requests_${i}_total`));
      const handles = counters.flatMap((counter) =>
        sets.map((labels) => counter.handle?.(labels) ?? ((amount: number) => counter.inc(labels, amount)))
      );
      return (round, changed) => each(handles.length, changed, (i) => handles[i]!(amount(i, round)));
    });
    rows.push(...await compare(`${series / 1000}k counters x 5 labels`, contenders));
  }
  return rows;
}

/** Every library with histograms: 10 000 of them, or 1000 in a hurry. */
export async function encodeHistograms(quick: boolean): Promise<Row[]> {
  const children = quick ? 1000 : 10_000;
  const sets = labelSets(children);
  const contenders = contend((registry) => {
    const histogram = registry.histogram("bench_request_duration_seconds");
    return (round, changed) =>
      each(children, changed, (i) => histogram.observe(sets[i]!, noiseOf(i, round) % 300 / 10));
  });
  return await compare(`${children / 1000}k histograms x ${BUCKETS.length} buckets`, contenders);
}

interface Contender {
  readonly name: string;
  readonly registry: PeerRegistry;
  readonly change: Change;
}

/** Ours takes part twice: as one body, and in pieces as the handler sends it, of which those that did not change are not copied. */
function contend(fill: (registry: PeerRegistry) => Change): Contender[] {
  const [ours, ...others] = chosenPeers() as [Peer, ...Peer[]];
  const inPieces: Peer = {
    name: `${ours.name}, in pieces`,
    registry() {
      const registry = ours.registry();
      return { ...registry, expose: () => [...registry.chunks!()].at(-1)! };
    },
  };
  return [ours, ...others, inPieces].map((peer) => {
    const registry = peer.registry();
    const change = fill(registry);
    change(0, "100 % changed");
    return { name: peer.name, registry, change };
  });
}

function each(count: number, changed: string, run: (i: number) => void): void {
  const { step, share } = CHANGES[changed]!;
  for (let i = 0; i < count * share; i += step) run(i);
}

async function compare(what: string, contenders: readonly Contender[]): Promise<Row[]> {
  const rows: Row[] = [];
  const [ours, theirs] = contenders as [Contender, Contender, ...Contender[]];
  for (const changed of Object.keys(CHANGES)) {
    const change = (round: number) => contenders.forEach(({ change }) => change(round + 1, changed));
    const text = await ours.registry.expose();
    const copy = new Uint8Array(text.length);
    const sides: Sides = {
      ...Object.fromEntries(contenders.map(({ name, registry }) => [name, () => registry.expose()])),
      memcpy: () => copy.set(text),
      "fresh memcpy": () => text.slice(),
    };
    rows.push({ workload: `encode ${what}, ${changed}`, unit: "ms", values: await alternate(sides, change) });
    rows.push(...await compressed(`gzip ${what}, ${changed}`, ours, theirs, change));
  }
  return rows;
}

async function compressed(
  workload: string,
  ours: Contender,
  theirs: Contender,
  change: (round: number) => void,
): Promise<Row[]> {
  const sides: Record<string, () => Promise<Uint8Array>> = {
    // deno-lint-ignore require-await -- One of the sides is asynchronous.
    [ours.name]: async () => ours.registry.exposeGzip!(),
    "our text + zlib 1": async () => gzipSync(await ours.registry.expose(), { level: 1 }),
    "our text + zlib 6": async () => gzipSync(await ours.registry.expose(), { level: 6 }),
    [`${theirs.name} + zlib 6`]: async () => gzipSync(await theirs.registry.expose(), { level: 6 }),
  };
  const values = await alternate(sides, change);
  const sizes: Record<string, number> = {};
  for (const [name, run] of Object.entries(sides)) sizes[name] = (await run()).length;
  return [{ workload, unit: "ms", values }, { workload: `${workload}: size`, unit: "bytes", values: sizes }];
}
