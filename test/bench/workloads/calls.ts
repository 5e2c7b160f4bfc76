// What the code that is measured pays: updates and the creation of series.
import { alternate, type Row } from "../_measure.ts";
import { labelSets, type Loop, type Peer, SERIES } from "../_peer.ts";
import { peerNamed, PEERS } from "../peers/all.ts";

const CALLS = 200_000;
const NO_HANDLES = "has no handles";

/** Nanoseconds per call, or why there is no number, by workload. */
export type CallTimes = Readonly<Record<string, number | string>>;

/**
 * `inc` and `observe` of one library, with a label object and on a handle. It has a process of its own: an optimizer that has
 * seen several libraries behind one interface makes all of them slower.
 */
export async function calls(name: string): Promise<CallTimes> {
  const loops = peerNamed(name).registry().calls(labelSets(SERIES));
  return {
    "inc() with a 5-label object": await perCall(loops.inc),
    "inc() with a fresh 5-label object": await perCall(loops.incFresh),
    "inc() on a handle": await perCall(loops.incHandle),
    "observe() with a 5-label object": await perCall(loops.observe),
    "observe() on a handle": await perCall(loops.observeHandle),
  };
}

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

async function perCall(loop: Loop | undefined): Promise<number | string> {
  if (loop === undefined) return NO_HANDLES;
  const { ms } = await alternate({ ms: () => loop(CALLS) });
  return ms! / CALLS * 1e6;
}
