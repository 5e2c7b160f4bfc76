/** Timing in turns, and what comes of it. */
import process from "node:process";

/** One row of the table: a workload, and what each side needed for it, or why there is no number. */
export interface Row {
  readonly workload: string;
  readonly unit: "ms" | "ns" | "bytes" | "slots" | "";
  readonly values: Readonly<Record<string, number | string>>;
  /** What ours needed in the process of a side, where each had one with ours alone: what its ratio is of. */
  readonly beside?: Readonly<Record<string, number>>;
}

/** Something to time, by the name of who does it. */
export type Sides = Readonly<Record<string, (round: number) => unknown>>;

/** Rounds that count; those before them warm up. */
export const ROUNDS = 7;
const WARM_UP = 2;

/**
 * Times all sides in turns, each round beginning with another one, and gives the medians in milliseconds.
 *
 * @param prepare Done before each round, and not timed.
 */
export async function alternate(
  sides: Sides,
  prepare: (round: number) => void = () => {},
): Promise<Record<string, number>> {
  const entries = Object.entries(sides);
  const times = new Map(entries.map(([name]) => [name, [] as number[]]));
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    prepare(round);
    for (let turn = 0; turn < entries.length; turn++) {
      const [name, run] = entries[(round + turn) % entries.length]!;
      const start = performance.now();
      await run(round);
      const ms = performance.now() - start;
      if (round >= WARM_UP) times.get(name)!.push(ms);
    }
  }
  return Object.fromEntries([...times].map(([name, ms]) => [name, median(ms)]));
}

/** The middle one. */
export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}

/** Bytes in use after garbage was collected. */
export function memory(): { heap: number; rss: number } {
  const { Bun, gc } = globalThis as { Bun?: { gc(force: boolean): void }; gc?: () => void };
  for (let i = 0; i < 4; i++) Bun === undefined ? gc?.() : Bun.gc(true);
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, rss };
}
