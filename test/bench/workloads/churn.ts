// Label sets that come and go: a million of them, a thousand alive at any time.
import { memory } from "../_measure.ts";
import type { LabelSet } from "../_peer.ts";
import { peerNamed } from "../peers/all.ts";

const ALIVE = 1000;
const CHECKPOINTS = 5;

/** How a library stands after so many label sets. */
export interface Checkpoint {
  readonly sets: number;
  readonly heap: number;
  readonly slots?: number;
}

/** The curve of a library, or why there is none. */
export async function churn(name: string, quick: boolean): Promise<Checkpoint[] | string> {
  const total = quick ? 100_000 : 1_000_000;
  const registry = peerNamed(name).registry();
  const counter = registry.counter("churn_total");
  if (counter.remove === undefined) return "cannot remove series";
  const curve: Checkpoint[] = [];
  for (let i = 0; i < total; i++) {
    counter.inc(setOf(i), 1);
    if (i >= ALIVE) counter.remove(setOf(i - ALIVE));
    if ((i + 1) % (total / CHECKPOINTS) === 0) {
      await registry.expose();
      const slots = registry.slots?.();
      curve.push({ sets: i + 1, heap: memory().heap, ...(slots === undefined ? {} : { slots }) });
    }
  }
  return curve;
}

/** No two have a value in common except of the first label. */
function setOf(i: number): LabelSet {
  return { method: "GET", route: `/${i}`, status: `s${i}`, instance: `host-${i}`, zone: `zone-${i}` };
}
