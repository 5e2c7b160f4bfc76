/** What every library under test can be asked to do. */

/** The labels of the counters and histograms here. */
export const LABEL_NAMES = ["method", "route", "status", "instance", "zone"] as const;

/** Bounds of the histograms here. */
export const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25];

/** Series that the calls of a loop go to in turn. A power of two, since finding the next one should cost nothing. */
export const SERIES = 1024;

/** One label set. */
export type LabelSet = Record<typeof LABEL_NAMES[number], string>;

/** A counter with labels. */
export interface PeerCounter {
  inc(labels: LabelSet, amount: number): void;
  /** One series, looked up once; `undefined` where a library has no such thing. */
  handle?(labels: LabelSet): (amount: number) => void;
  /** Takes a series away; `undefined` where a library cannot. */
  remove?(labels: LabelSet): void;
}

/** A histogram with labels. */
export interface PeerHistogram {
  observe(labels: LabelSet, value: number): void;
}

/** Makes so many calls, each for the next one of the label sets. */
export type Loop = (calls: number) => void;

/**
 * Calls of a library in loops of its own code: a call through an interface of ours costs as much as the fastest of them.
 * Those it has no handles for are `undefined`.
 */
export interface PeerCalls {
  readonly inc: Loop;
  /** With a label object made for each call. */
  readonly incFresh: Loop;
  readonly incHandle?: Loop;
  /** Of the values 0 to 31 in turn. */
  readonly observe: Loop;
  readonly observeHandle?: Loop;
}

/** A registry of a library. */
export interface PeerRegistry {
  counter(name: string): PeerCounter;
  histogram(name: string): PeerHistogram;
  /** Loops over {@link SERIES} label sets. */
  calls(sets: readonly LabelSet[]): PeerCalls;
  /** The whole exposition as bytes. */
  expose(): Promise<Uint8Array> | Uint8Array;
  /** The whole exposition as a gzip body; without it, text is compressed with zlib. */
  exposeGzip?(): Uint8Array;
  /** The exposition in pieces, between which other work may run; without it, it is made in one piece. */
  chunks?(): Iterable<Uint8Array>;
  /** How many slots are taken, where that can be seen. */
  slots?(): number;
}

/** A library. */
export interface Peer {
  readonly name: string;
  registry(): PeerRegistry;
}

/** Label sets as those of a fleet of web servers, all different. */
export function labelSets(count: number): LabelSet[] {
  return Array.from({ length: count }, (_, i) => ({
    method: ["GET", "POST", "PUT", "DELETE"][i % 4]!,
    route: `/api/v1/resource/${Math.floor(i / 4) % 50}`,
    status: String(200 + Math.floor(i / 200) % 5),
    instance: `host-${Math.floor(i / 1000) % 10}.example.org:9100`,
    zone: `zone-${Math.floor(i / 10_000)}`,
  }));
}

/**
 * What is added in a round: four of five values stay integers, the rest has 16 to 17 digits.
 *
 * Neighbours have nothing in common, as in life: what grows evenly from series to series is compressed far too well.
 */
export function amount(i: number, round: number): number {
  const noise = noiseOf(i, round);
  return i % 5 === 0 ? noise / 12_345.678 : noise % 100_000 + 1;
}

/** A number of 32 bits without a pattern, the same in every run and in Go. */
export function noiseOf(i: number, round: number): number {
  let noise = Math.imul(i, 0x9e3779b1) ^ Math.imul(round + 1, 0x85ebca6b);
  noise = Math.imul(noise ^ (noise >>> 15), 0x2c1b3c6d);
  noise = Math.imul(noise ^ (noise >>> 12), 0x297a2d39);
  return (noise ^ (noise >>> 15)) >>> 0;
}
