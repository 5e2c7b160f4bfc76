import type { Exemplar } from "./exemplar.ts";
import { BucketCounts } from "./native_buckets.ts";
import { addExemplar, type TimedExemplar } from "./native_exemplars.ts";
import { type LiveNativeHistogram, MIN_SCHEMA, type NativeHistogram, type NativeSettings } from "./native_histogram.ts";
import { bucketIndex, upperBound } from "./native_schema.ts";

/** The native buckets of one live series. */
export class NativeSeries implements LiveNativeHistogram {
  schema = 0;
  zeroThreshold = 0;
  zeroCount = 0;
  readonly positive: BucketCounts = new BucketCounts();
  readonly negative: BucketCounts = new BucketCounts();
  readonly #settings: NativeSettings;
  readonly #now: () => number;
  #exemplars: TimedExemplar[] | undefined;
  #beganMs = 0;
  /** When to start anew for a limit that was met too early. */
  #dueMs = Infinity;

  /** @param now The clock, in milliseconds since the epoch; read only where settings or exemplars need the time. */
  constructor(settings: NativeSettings, now: () => number) {
    this.#settings = settings;
    this.#now = now;
    this.restart();
  }

  get exemplars(): readonly Exemplar[] | undefined {
    return this.#exemplars;
  }

  /** Empties the histogram and gives it back the resolution and the zero bucket it began with. */
  restart(): void {
    this.#empty(this.#settings.minResetDurationMs > 0 ? this.#now() : 0);
    this.#exemplars = undefined;
  }

  /**
   * Counts one observation; `NaN` belongs into no bucket.
   *
   * @returns Whether the histogram was started anew, with this observation as its first: the caller then does the same
   * with what it keeps.
   */
  observe(value: number): boolean {
    const isDue = this.#dueMs !== Infinity && this.#now() >= this.#dueMs;
    if (isDue) this.#empty(this.#now());
    if (Number.isNaN(value)) return isDue;
    this.#count(value);
    return this.#isOverLimit() && this.#limit(value) || isDue;
  }

  /** Takes an exemplar; one without a time is of now. */
  addExemplar({ labels, value, timestampMs }: Exemplar): void {
    if (Number.isNaN(value)) return;
    addExemplar(this.#exemplars ??= [], { labels, value, timestampMs: timestampMs ?? this.#now() });
  }

  /** Takes over a whole histogram with exponential buckets. */
  assign({ schema, zeroThreshold, zeroCount, positive, negative, exemplars = [] }: NativeHistogram): void {
    this.restart();
    this.schema = schema;
    this.zeroThreshold = zeroThreshold;
    this.zeroCount = zeroCount;
    this.positive.assign(positive);
    this.negative.assign(negative);
    exemplars.forEach((exemplar) => this.addExemplar(exemplar));
  }

  #empty(now: number): void {
    this.schema = this.#settings.schema;
    this.zeroThreshold = this.#settings.zeroThreshold;
    this.zeroCount = 0;
    this.positive.length = 0;
    this.negative.length = 0;
    this.#beganMs = now;
    this.#dueMs = Infinity;
  }

  #count(value: number): void {
    if (value > this.zeroThreshold) this.positive.add(bucketIndex(this.schema, value), 1);
    else if (value < -this.zeroThreshold) this.negative.add(bucketIndex(this.schema, -value), 1);
    else this.zeroCount++;
  }

  #isOverLimit(): boolean {
    const { maxBuckets } = this.#settings;
    return maxBuckets > 0 && this.positive.length + this.negative.length > maxBuckets;
  }

  /** One step towards the limit, as client_golang does: the next observation takes the next one. */
  #limit(value: number): boolean {
    const { minResetDurationMs } = this.#settings;
    if (minResetDurationMs > 0 && this.#dueMs === Infinity) {
      const now = this.#now();
      if (now - this.#beganMs >= minResetDurationMs) {
        this.#empty(now);
        this.#count(value);
        return true;
      }
      this.#dueMs = this.#beganMs + minResetDurationMs;
    }
    if (!this.#widenZeroBucket()) this.#lowerResolution();
    return false;
  }

  /** Lets the zero bucket take in the buckets nearest to it, if it may grow that far. */
  #widenZeroBucket(): boolean {
    const { positive, negative } = this;
    const nearest = Math.min(
      positive.length > 0 ? positive.indices[0]! : Infinity,
      negative.length > 0 ? negative.indices[0]! : Infinity,
    );
    const threshold = upperBound(this.schema, nearest);
    if (threshold > this.#settings.maxZeroThreshold) return false;
    this.zeroThreshold = threshold;
    for (const side of [positive, negative]) {
      if (side.length > 0 && side.indices[0] === nearest) this.zeroCount += side.shift();
    }
    return true;
  }

  #lowerResolution(): void {
    if (this.schema <= MIN_SCHEMA) return;
    this.schema--;
    this.positive.coarsen(1);
    this.negative.coarsen(1);
  }
}
