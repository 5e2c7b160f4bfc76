// Label sets that come and go: a million of them, a thousand alive at any time, and then a peak of many more.
import { memory } from "../_measure.ts";
import type { LabelSet } from "../_peer.ts";
import { peerNamed } from "../peers/all.ts";

const ALIVE = 1000;
const CHECKPOINTS = 5;
const PEAK = 20_000;

/** How a library stands after what has happened so far. */
export interface Checkpoint {
  readonly after: string;
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
  async function look(after: string): Promise<void> {
    await registry.expose();
    const slots = registry.slots?.();
    curve.push({ after, heap: memory().heap, ...(slots === undefined ? {} : { slots }) });
  }
  for (let i = 0; i < total; i++) {
    counter.inc(setOf(i), 1);
    if (i >= ALIVE) counter.remove(setOf(i - ALIVE));
    if ((i + 1) % (total / CHECKPOINTS) === 0) await look(`${i + 1} label sets`);
  }
  for (let i = total; i < total + PEAK; i++) counter.inc(setOf(i), 1);
  await registry.expose();
  for (let i = total - ALIVE; i < total + PEAK - ALIVE; i++) counter.remove(setOf(i));
  await look(`a peak of ${PEAK} more at once`);
  return curve;
}

/** No two have a value in common except of the first label. */
function setOf(i: number): LabelSet {
  return { method: "GET", route: `/${i}`, status: `s${i}`, instance: `host-${i}`, zone: `zone-${i}` };
}
