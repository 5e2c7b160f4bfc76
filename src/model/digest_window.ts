import { Digest } from "./digest.ts";
import type { LiveWindow, WindowSettings } from "./window.ts";

/** Where the buckets of any window are put together, one window at a time; made when it is needed first. */
let joint: Digest | undefined;

/**
 * The window of one live series: a ring of digests, each of what was observed in its part of the time.
 *
 * It holds what the head stream of a summary of client_golang does, but keeps each observation once instead of once per
 * bucket, and puts the buckets together when it is asked.
 */
export class DigestWindow implements LiveWindow {
  readonly #settings: WindowSettings;
  readonly #now: () => number;
  readonly #bucketMs: number;
  /** Buckets in which nothing was observed are left out. */
  #buckets: (Digest | undefined)[] = [];
  #current = 0;
  /** After this moment, the next bucket is the current one. */
  #dueMs = Infinity;
  /** Whether the quantiles that were written last are no longer those of the window. */
  #isChanged = true;

  /** @param now The clock, in milliseconds since the epoch; read only where observations age. */
  constructor(settings: WindowSettings, now: () => number) {
    this.#settings = settings;
    this.#now = now;
    this.#bucketMs = 1000 * settings.maxAgeSeconds / settings.ageBuckets;
    this.restart();
  }

  get count(): number {
    this.#rotate();
    return this.#buckets.reduce((count, bucket) => count + (bucket?.count ?? 0), 0);
  }

  observe(value: number): void {
    this.#rotate();
    if (Number.isNaN(value)) return;
    this.#isChanged = true;
    (this.#buckets[this.#current] ??= new Digest()).observe(value);
  }

  /** Writes nothing where nothing has changed since it last did: what was written stays with the series. */
  writeQuantiles(into: Float64Array, at: number): void {
    this.#rotate();
    if (!this.#isChanged) return;
    this.#isChanged = false;
    const { quantiles, emptyValue } = this.#settings;
    const held = this.#buckets.filter((bucket) => bucket !== undefined && bucket.count > 0) as Digest[];
    if (held.length === 0) into.fill(emptyValue, at, at + quantiles.length);
    else joined(held).quantiles(quantiles, into, at);
  }

  restart(): void {
    const bucket = this.#buckets[this.#current];
    bucket?.reset();
    this.#buckets = [bucket];
    this.#current = 0;
    this.#dueMs = this.#bucketMs === Infinity ? Infinity : this.#now() + this.#bucketMs;
    this.#isChanged = true;
  }

  /** A moment still belongs to the bucket that ends with it, as in client_golang. */
  #rotate(): void {
    if (this.#dueMs === Infinity) return;
    const now = this.#now();
    if (!(now > this.#dueMs)) return;
    const steps = Math.ceil((now - this.#dueMs) / this.#bucketMs);
    const { ageBuckets } = this.#settings;
    this.#buckets[this.#current]?.settle();
    for (let i = Math.min(steps, ageBuckets); i > 0; i--) {
      this.#current = (this.#current + 1) % ageBuckets;
      if (this.#buckets[this.#current] !== undefined) this.#isChanged = true;
      this.#buckets[this.#current] = undefined;
    }
    this.#dueMs += steps * this.#bucketMs;
  }
}

function joined(buckets: readonly Digest[]): Digest {
  if (buckets.length === 1) return buckets[0]!;
  joint ??= new Digest();
  joint.reset();
  joint.add(buckets);
  return joint;
}
