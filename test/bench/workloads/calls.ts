// What the code that is measured pays: updates and the creation of series.
import { alternate, type Row } from "../_measure.ts";
import { labelSets, type Peer } from "../_peer.ts";
import { peerNamed, PEERS } from "../peers/all.ts";

const CALLS = 200_000;
const SERIES = 1000;

/** Nanoseconds per call, or why there is no number, by workload. */
export type CallTimes = Readonly<Record<string, number | string>>;

/**
 * `inc` and `observe` of one library, with a label object and on a handle. It has a process of its own: an optimizer that has
 * seen several libraries behind one interface makes all of them slower.
 */
export async function calls(name: string): Promise<CallTimes> {
  const sets = labelSets(SERIES);
  const registry = peerNamed(name).registry();
  const counter = registry.counter("hot_total");
  const histogram = registry.histogram("hot_seconds");
  const incs = counter.handle && sets.map((labels) => counter.handle!(labels));
  const observes = histogram.handle && sets.map((labels) => histogram.handle!(labels));
  return {
    "inc() with a 5-label object": await perCall((i) => counter.inc(sets[i % SERIES]!, 1)),
    "inc() with a fresh 5-label object": await perCall((i) => counter.inc({ ...sets[i % SERIES]! }, 1)),
    "inc() on a handle": incs === undefined ? NO_HANDLES : await perCall((i) => incs[i % SERIES]!(1)),
    "observe() with a 5-label object": await perCall((i) => histogram.observe(sets[i % SERIES]!, i % 30)),
    "observe() on a handle": observes === undefined ? NO_HANDLES : await perCall((i) => observes[i % SERIES]!(i % 30)),
  };
}

const NO_HANDLES = "has no handles";

/** A registry with 100 000 new series. */
export async function creation(quick: boolean): Promise<Row[]> {
  const series = quick ? 10_000 : 100_000;
  const sets = labelSets(series / 10);
  function create(peer: Peer): void {
    const registry = peer.registry();
    for (let i = 0; i < 10; i++) {
      const counter = registry.counter(`new_${i}_total`);
      for (const labels of sets) counter.inc(labels, 1);
    }
  }
  const values = await alternate(Object.fromEntries(PEERS.map((peer) => [peer.name, () => create(peer)])));
  return [{ workload: `create ${series / 1000}k series`, unit: "ms", values }];
}

async function perCall(call: (i: number) => void): Promise<number> {
  // Compiled for this call alone.
  const repeat = new Function("call", `for (let i = 0; i < ${CALLS}; i++) call(i);`) as (call: unknown) => void;
  const { ms } = await alternate({ ms: () => repeat(call) });
  return ms! / CALLS * 1e6;
}
