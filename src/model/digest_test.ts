import { afterEach, describe, it, mock } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { TDigest } from "tdigest";
import { Digest } from "./digest.ts";

const QUANTILES = [0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999];
const MANY = 100_000;

function digestOf(values: Iterable<number>): Digest {
  const digest = new Digest();
  for (const value of values) digest.observe(value);
  return digest;
}

/** Numbers from 0 to 1 that are the same in every run. */
function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function valuesOf(make: (next: () => number, i: number) => number, length: number): Float64Array {
  const next = random(1);
  return Float64Array.from({ length }, (_, i) => make(next, i));
}

/** How many observations lie between a number and where the quantile is; 0 within a run of equal ones. */
function rankError(sorted: Float64Array, quantile: number, value: number): number {
  const rank = sorted.length * quantile;
  const below = sorted.findLastIndex((other) => other < value) + 1;
  const notAbove = sorted.findLastIndex((other) => other <= value) + 1;
  return Math.max(0, below - rank, rank - notAbove);
}

/** The same without any merging, in the plainest way. */
function exactQuantile(values: readonly number[], q: number): number {
  const groups = Map.groupBy(values, (value) => value);
  const means = [...groups.keys()].sort((a, b) => a - b);
  let before = 0;
  const middles = means.map((mean) => {
    const weight = groups.get(mean)!.length;
    before += weight;
    return before - weight / 2;
  });
  const rank = values.length * q;
  if (rank <= middles[0]!) return means[0]!;
  if (rank >= middles.at(-1)!) return means.at(-1)!;
  const i = middles.findLastIndex((middle) => middle <= rank);
  return means[i]! + (rank - middles[i]!) * (means[i + 1]! - means[i]!) / (middles[i + 1]! - middles[i]!);
}

describe("Digest.quantile()", () => {
  it("is NaN without observations, and the only one of a single one", () => {
    const digest = new Digest();
    assert.equal(digest.quantile(0.5), NaN);
    digest.observe(7);
    assert.deepEqual([0, 0.5, 1].map((q) => digest.quantile(q)), [7, 7, 7]);
  });

  it("lies on a line between the middles of neighbours", () => {
    const digest = digestOf([10, 20, 20, 40]);
    assert.deepEqual([0, 0.125, 0.25, 0.5, 0.6875, 0.875, 1].map((q) => digest.quantile(q)), [
      10,
      10,
      10 + (1 - 0.5) * (20 - 10) / (2 - 0.5),
      20,
      30,
      40,
      40,
    ]);
  });

  it("gives what tdigest of npm does for fewer than 200 observations, bit for bit", () => {
    const value = fc.oneof(
      fc.integer({ min: -5, max: 5 }),
      fc.double({ min: -10, max: 10, noNaN: true }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    const values = fc.array(value, { minLength: 1, maxLength: 199, size: "max" });
    const quantiles = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 });
    fc.assert(fc.property(values, quantiles, (values, quantiles) => {
      const theirs = new TDigest();
      // It keeps the sign of a zero that came first.
      for (const value of values) theirs.push(value + 0);
      const ours = digestOf(values);
      for (const q of [...QUANTILES, ...quantiles]) assert.equal(ours.quantile(q), theirs.percentile(q));
    }));
  });

  it("is exact for up to 512 different numbers, however often they come", () => {
    const next = random(1);
    const values = Array.from({ length: 5000 }, () => Math.floor(512 * next() ** 2) / 8);
    const digest = digestOf(values);
    for (const q of QUANTILES) assert.equal(digest.quantile(q), exactQuantile(values, q));
  });

  it("does not depend on when else it is asked for", () => {
    const next = random(2);
    const [asked, other] = [new Digest(), new Digest()];
    for (let i = 0; i < 400; i++) {
      const value = next();
      asked.observe(value);
      other.observe(value);
      asked.quantile(next());
    }
    for (const q of QUANTILES) assert.equal(asked.quantile(q), other.quantile(q));
  });

  it("knows the lowest and the highest number exactly", () => {
    const next = random(3);
    const values = Array.from({ length: MANY }, () => next() - 0.5);
    const digest = digestOf(values);
    const sorted = Float64Array.from(values).sort();
    assert.deepEqual([digest.quantile(0), digest.quantile(1)], [sorted[0], sorted.at(-1)]);
  });

  it("takes infinities for the outermost numbers, and numbers that are hard to add up", () => {
    const digest = digestOf([Infinity, 1, 2, -Infinity, 3, -Infinity]);
    assert.deepEqual([0, 0.3, 0.42, 0.6, 0.8, 1].map((q) => Math.round(digest.quantile(q))), [
      -Infinity,
      -Infinity,
      1,
      2,
      Infinity,
      Infinity,
    ]);
    const next = random(4);
    const large = digestOf(Array.from({ length: 5000 }, () => (next() - 0.5) * Number.MAX_VALUE));
    for (const q of QUANTILES) assert.ok(Math.abs(large.quantile(q)) < Number.MAX_VALUE / 2);
  });

  it("gives zero no sign", () => {
    assert.equal(digestOf([-0]).quantile(0.5), 0);
  });
});

describe("Digest.quantile() of many observations", () => {
  afterEach(() => mock.restoreAll());

  const shapes: [string, (next: () => number, i: number) => number][] = [
    ["uniform", (next) => next()],
    ["exponential", (next) => -Math.log(1 - next())],
    ["bimodal", (next) => (next() < 0.4 ? 1 : 10) + 0.1 * (next() + next() + next() - 1.5)],
    ["whole numbers", (next) => Math.floor(-2000 * Math.log(1 - next()))],
    ["ascending", (_, i) => i],
    ["descending", (_, i) => -i],
    ["constant", () => 5],
  ];
  for (const [shape, make] of shapes) {
    it(`is within 0.2 % of them, and within 0.02 % near the ends: ${shape}`, () => {
      const values = valuesOf(make, MANY);
      const digest = digestOf(values);
      values.sort();
      for (const q of QUANTILES) {
        const most = Math.min(q, 1 - q) <= 0.01 ? 0.0002 : 0.002;
        const error = rankError(values, q, digest.quantile(q)) / values.length;
        assert.ok(error <= most, `off by ${100 * error} % at ${q}`);
      }
    });
  }

  it("is nearer than tdigest of npm, all in all", () => {
    const [ours, theirs] = [[] as number[], [] as number[]];
    for (const [, make] of shapes) {
      mock.method(Math, "random", random(2));
      const values = valuesOf(make, 25_000);
      const digest = digestOf(values);
      const peer = new TDigest();
      values.forEach((value, i) => {
        peer.push(value);
        // As prom-client does.
        if (i % 1000 === 999) peer.compress();
      });
      values.sort();
      for (const q of QUANTILES) {
        ours.push(rankError(values, q, digest.quantile(q)));
        theirs.push(rankError(values, q, peer.percentile(q)));
      }
    }
    const [ourError, theirError] = [ours, theirs].map((errors) => errors.reduce((sum, error) => sum + error));
    assert.ok(ourError! < theirError!, `${ours} is not less than ${theirs}`);
  });
});

describe("Digest.size", () => {
  it("stays small whatever comes", () => {
    const next = random(6);
    const digest = new Digest();
    for (let i = 0; i < MANY; i++) {
      digest.observe(next() < 0.5 ? Math.floor(300 * next()) : next() * 2 ** (i / 200));
      if (i % 1000 === 0) assert.ok(digest.size <= 512);
    }
    assert.ok(digest.size > 200);
  });

  it("is one for any number of equal observations", () => {
    assert.equal(digestOf(Array(MANY).fill(5)).size, 1);
  });
});

describe("Digest.quantiles()", () => {
  it("writes them in the order asked for, from a position on", () => {
    const into = new Float64Array(5).fill(9);
    digestOf([1, 2, 3]).quantiles([1, 0, 0.5], into, 1);
    assert.deepEqual([...into], [9, 3, 1, 2, 9]);
  });
});

describe("Digest.add()", () => {
  it("takes in all that others stand for, and leaves them as they are", () => {
    const next = random(7);
    const parts = Array.from({ length: 3 }, () => Array.from({ length: 100 }, () => Math.floor(200 * next())));
    const digests = parts.map(digestOf);
    const joint = new Digest();
    joint.add(digests.slice(0, 2));
    joint.add(digests.slice(2));
    digests.forEach((digest, i) => {
      assert.equal(digest.count, 100);
      assert.equal(digest.quantile(0.3), exactQuantile(parts[i]!, 0.3));
    });
    assert.equal(joint.count, 300);
    for (const q of QUANTILES) assert.equal(joint.quantile(q), exactQuantile(parts.flat(), q));
  });
});

describe("Digest.count", () => {
  it("counts what is merged and what is not", () => {
    const digest = digestOf(Array.from({ length: 1000 }, (_, i) => i));
    assert.equal(digest.count, 1000);
    digest.quantile(0.5);
    assert.equal(digest.count, 1000);
  });
});

describe("Digest.reset()", () => {
  it("forgets all observations", () => {
    const digest = digestOf(Array.from({ length: 1000 }, (_, i) => i));
    digest.observe(5);
    digest.reset();
    assert.deepEqual([digest.count, digest.size, digest.quantile(0.5)], [0, 0, NaN]);
    digest.observe(7);
    assert.deepEqual([digest.count, digest.quantile(0.5)], [1, 7]);
  });
});

describe("Digest.settle()", () => {
  it("keeps all that was observed, and takes in more", () => {
    const digest = digestOf([3, 1]);
    digest.settle();
    digest.observe(2);
    assert.deepEqual([0, 0.5, 1].map((q) => digest.quantile(q)), [1, 2, 3]);
  });
});
