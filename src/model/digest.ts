import { grown } from "./label_index.ts";

/** How many observations wait, at most, until they are merged together. */
const MOST_PENDING = 512;
/** More centroids than this are merged with their neighbours. */
const MOST_CENTROIDS = 512;
/** The part of all observations, times `4 q (1 - q)`, that a centroid at quantile `q` may stand for. */
const PART = 0.01;
/** The part that it may stand for at most. With any two neighbours above it, there are 400 centroids and the ends. */
const MOST_PART = 0.005;
const NO_NUMBERS = new Float64Array(0);

/**
 * The distribution of numbers, in memory that does not grow with them: a merging t-digest (Dunning and Ertl, "Computing
 * Extremely Accurate Quantiles Using t-Digests").
 *
 * It keeps centroids, each a mean and how many observations it stands for. Equal numbers share one, and up to
 * {@link MOST_CENTROIDS} different ones are not merged, so quantiles of few observations are those of the numbers
 * themselves. The lowest and the highest number are never merged with others.
 */
export class Digest {
  /** Mean and weight of each centroid in turn, ascending by mean. */
  #centroids = NO_NUMBERS;
  #length = 0;
  /** How many observations the centroids stand for. */
  #weight = 0;
  /** Observations that are in no centroid yet. */
  #pending = NO_NUMBERS;
  #pendingLength = 0;

  /** How many observations there are. */
  get count(): number {
    return this.#weight + this.#pendingLength;
  }

  /** How many centroids they are kept in. */
  get size(): number {
    this.#mergePending();
    return this.#length;
  }

  /** Takes in one number, which must not be `NaN`. Infinities are numbers; zero has no sign. */
  observe(value: number): void {
    if (this.#pendingLength === this.#pending.length) this.#makeRoom();
    this.#pending[this.#pendingLength++] = value + 0;
  }

  /** Takes in what other digests stand for. At once, since every merging of neighbours costs some accuracy. */
  add(others: readonly Digest[]): void {
    this.#mergePending();
    for (const other of others) {
      other.#mergePending();
      this.#insert(other.#centroids, other.#length, 2);
      this.#weight += other.#weight;
    }
    this.#joinEqual();
    this.#limit();
  }

  /** The number that a part `q` of all observations, between 0 and 1, is not greater than; `NaN` without any. */
  quantile(q: number): number {
    const value = new Float64Array(1);
    this.quantiles([q], value, 0);
    return value[0]!;
  }

  /** Writes the numbers at some quantiles next to each other, the first one at `at`; fastest where they ascend. */
  quantiles(quantiles: ArrayLike<number>, into: Float64Array, at: number): void {
    this.#mergePending();
    const { count } = this;
    const centroids = this.#centroids;
    const last = this.#length - 1;
    let i = 0;
    let before = 0;
    let rankBefore = 0;
    for (let k = 0; k < quantiles.length; k++) {
      const rank = count * quantiles[k]!;
      if (rank < rankBefore) i = before = 0;
      rankBefore = rank;
      // Goes to the last centroid whose middle is not above the rank, or to the first one.
      while (i < last && before + centroids[2 * i + 1]! + centroids[2 * i + 3]! / 2 <= rank) {
        before += centroids[2 * i + 1]!;
        i++;
      }
      into[at + k] = last < 0 ? NaN : this.#interpolated(i, before, rank);
    }
  }

  /** Forgets all observations, and keeps the memory for others. */
  reset(): void {
    this.#length = 0;
    this.#weight = 0;
    this.#pendingLength = 0;
  }

  /** Gives the memory back that only further observations would need. */
  settle(): void {
    this.#mergePending();
    this.#pending = NO_NUMBERS;
    this.#centroids = this.#centroids.slice(0, 2 * this.#length);
  }

  /** What is between the middles of two centroids lies on a line; what is outside all middles is at the outermost mean. */
  #interpolated(i: number, before: number, rank: number): number {
    const centroids = this.#centroids;
    const mean = centroids[2 * i]!;
    const weight = centroids[2 * i + 1]!;
    const middle = before + weight / 2;
    if (i === this.#length - 1 || rank <= middle || mean === -Infinity) return mean;
    const nextMiddle = before + weight + centroids[2 * i + 3]! / 2;
    return mean + (rank - middle) * (centroids[2 * i + 2]! - mean) / (nextMiddle - middle);
  }

  #makeRoom(): void {
    const length = this.#pending.length;
    if (length >= MOST_PENDING) return this.#mergePending();
    const pending = new Float64Array(Math.min(MOST_PENDING, grown(length, length + 8)));
    pending.set(this.#pending);
    this.#pending = pending;
  }

  #mergePending(): void {
    const length = this.#pendingLength;
    if (length === 0) return;
    const pending = this.#pending;
    (length === pending.length ? pending : pending.subarray(0, length)).sort();
    this.#insert(pending, length, 1);
    this.#joinEqual();
    this.#weight += length;
    this.#pendingLength = 0;
    this.#limit();
  }

  /** Ends, since in the end only {@link MOST_PART} keeps neighbours apart. */
  #limit(): void {
    for (let part = PART; this.#length > MOST_CENTROIDS; part *= 2) this.#mergeNeighbours(part);
  }

  /** Inserts ascending means, each followed by its weight where there are two numbers for each; equal ones stay apart. */
  #insert(numbers: Float64Array, length: number, numbersEach: 1 | 2): void {
    let from = this.#length - 1;
    let to = this.#length + length - 1;
    if (2 * to >= this.#centroids.length) {
      const centroids = new Float64Array(grown(this.#centroids.length, 2 * to + 2));
      centroids.set(this.#centroids.subarray(0, 2 * this.#length));
      this.#centroids = centroids;
    }
    const centroids = this.#centroids;
    this.#length = to + 1;
    // From the end on, so that all stay in one array.
    for (let next = length - 1; next >= 0; to--) {
      const mean = numbers[next * numbersEach]!;
      if (from >= 0 && centroids[2 * from]! > mean) {
        centroids[2 * to] = centroids[2 * from]!;
        centroids[2 * to + 1] = centroids[2 * from + 1]!;
        from--;
      } else {
        centroids[2 * to] = mean;
        centroids[2 * to + 1] = numbersEach === 1 ? 1 : numbers[2 * next + 1]!;
        next--;
      }
    }
  }

  /** Gives equal means one centroid. */
  #joinEqual(): void {
    const centroids = this.#centroids;
    let last = 0;
    for (let i = 1; i < this.#length; i++) {
      if (centroids[2 * i] === centroids[2 * last]) {
        centroids[2 * last + 1]! += centroids[2 * i + 1]!;
        continue;
      }
      last++;
      centroids[2 * last] = centroids[2 * i]!;
      centroids[2 * last + 1] = centroids[2 * i + 1]!;
    }
    this.#length = Math.min(this.#length, last + 1);
  }

  /** Merges centroids with those after them, as far as their place allows, except the outermost ones. */
  #mergeNeighbours(part: number): void {
    const centroids = this.#centroids;
    const end = this.#length - 1;
    const total = this.#weight;
    const most = total * MOST_PART;
    const slope = 4 * part / total;
    let last = 1;
    let mean = centroids[2]!;
    let weight = centroids[3]!;
    let before = centroids[1]!;
    for (let i = 2; i < end; i++) {
      const nextMean = centroids[2 * i]!;
      const nextWeight = centroids[2 * i + 1]!;
      const joint = weight + nextWeight;
      const middle = before + joint / 2;
      if (joint <= most && joint <= slope * middle * (total - middle)) {
        // Not by a difference of means, which may be too large for a number.
        const share = nextWeight / joint;
        mean = mean * (1 - share) + nextMean * share;
        weight = joint;
        continue;
      }
      centroids[2 * last] = mean;
      centroids[2 * last + 1] = weight;
      last++;
      before += weight;
      mean = nextMean;
      weight = nextWeight;
    }
    centroids[2 * last] = mean;
    centroids[2 * last + 1] = weight;
    last++;
    centroids[2 * last] = centroids[2 * end]!;
    centroids[2 * last + 1] = centroids[2 * end + 1]!;
    this.#length = last + 1;
  }
}
