import { describe, it } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { Digest } from "./digest.ts";
import { DigestWindow } from "./digest_window.ts";
import type { WindowSettings } from "./window.ts";

const SETTINGS: WindowSettings = { quantiles: [0, 0.5, 1], maxAgeSeconds: 50, ageBuckets: 5, emptyValue: NaN };

/** A window and the clock that it reads, in seconds. */
function made(settings: Partial<WindowSettings> = {}) {
  const clock = { now: 1000 };
  const window = new DigestWindow({ ...SETTINGS, ...settings }, () => 1000 * clock.now);
  return { clock, window };
}

function quantilesOf(window: DigestWindow): number[] {
  const into = new Float64Array(3);
  window.writeQuantiles(into, 0);
  return [...into];
}

/** As client_golang: every stream takes in every observation, and the head stream is shown until it is emptied in turn. */
class Streams {
  readonly #streams = Array.from({ length: SETTINGS.ageBuckets }, () => new Digest());
  readonly #bucket = SETTINGS.maxAgeSeconds / SETTINGS.ageBuckets;
  #head = 0;
  #expires: number;

  constructor(now: number) {
    this.#expires = now + this.#bucket;
  }

  observe(now: number, value: number): void {
    this.head(now);
    for (const stream of this.#streams) stream.observe(value);
  }

  head(now: number): Digest {
    for (; now > this.#expires; this.#expires += this.#bucket) {
      this.#streams[this.#head]!.reset();
      this.#head = (this.#head + 1) % this.#streams.length;
    }
    return this.#streams[this.#head]!;
  }
}

describe("DigestWindow.writeQuantiles()", () => {
  it("writes those of what was observed, from a position on", () => {
    const { window } = made();
    for (const value of [3, 1, 2]) window.observe(value);
    const into = new Float64Array(5).fill(9);
    window.writeQuantiles(into, 1);
    assert.deepEqual([...into], [9, 1, 2, 3, 9]);
  });

  it("writes the value of an empty window before the first observation, and after the last one has aged", () => {
    for (const emptyValue of [NaN, 0]) {
      const { clock, window } = made({ emptyValue });
      assert.deepEqual(quantilesOf(window), [emptyValue, emptyValue, emptyValue]);
      window.observe(7);
      assert.deepEqual(quantilesOf(window), [7, 7, 7]);
      clock.now += 51;
      assert.deepEqual(quantilesOf(window), [emptyValue, emptyValue, emptyValue]);
    }
  });

  it("is near those of all observations, over full parts", () => {
    const { clock, window } = made();
    const values = Float64Array.from({ length: 50_000 }, (_, i) => Math.sin(i) + Math.cos(i * i));
    values.forEach((value, i) => {
      if (i % 10_000 === 9999) clock.now += 10;
      window.observe(value);
    });
    assert.equal(window.count, values.length);
    const [lowest, median, highest] = quantilesOf(window);
    values.sort();
    const rank = values.findIndex((value) => value >= median!);
    assert.ok(Math.abs(rank / values.length - 0.5) < 0.001, `${rank} is not in the middle`);
    assert.deepEqual([lowest, highest], [values[0], values.at(-1)]);
  });

  it("writes nothing as long as nothing has changed", () => {
    const { clock, window } = made();
    window.observe(7);
    assert.deepEqual(quantilesOf(window), [7, 7, 7]);
    clock.now += 30;
    assert.deepEqual(quantilesOf(window), [0, 0, 0]);
    window.observe(7);
    assert.deepEqual(quantilesOf(window), [7, 7, 7]);
  });
});

describe("DigestWindow.observe()", () => {
  it("forgets the oldest part of the window at once, when a part of the time is over", () => {
    const { clock, window } = made();
    for (let second = 0; second <= 100; second++) {
      window.observe(second);
      // The first part ends with second 10, and there are five.
      const oldest = second <= 50 ? 0 : 10 * Math.ceil(second / 10) - 49;
      const into = new Float64Array(3);
      window.writeQuantiles(into, 0);
      assert.deepEqual([second, into[0], into[2], window.count], [second, oldest, second, second - oldest + 1]);
      clock.now++;
    }
  });

  it("agrees with the streams of client_golang, however time passes", () => {
    const step = fc.record({
      seconds: fc.oneof(fc.constant(0), fc.integer({ max: 20, min: 0 }), fc.double({ min: 0, max: 130, noNaN: true })),
      values: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 4 }),
    });
    fc.assert(fc.property(fc.array(step), (steps) => {
      const { clock, window } = made();
      const streams = new Streams(clock.now);
      const shown = new Float64Array(3);
      for (const { seconds, values } of steps) {
        clock.now += Math.round(1000 * seconds) / 1000;
        for (const value of values) {
          window.observe(value);
          streams.observe(clock.now, value);
        }
        const head = streams.head(clock.now);
        assert.equal(window.count, head.count);
        window.writeQuantiles(shown, 0);
        assert.deepEqual([...shown], SETTINGS.quantiles.map((q) => head.quantile(q)));
      }
    }));
  });

  it("holds everything where observations do not age, and reads no clock", () => {
    const window = new DigestWindow({ ...SETTINGS, maxAgeSeconds: Infinity }, () => assert.fail("the clock was read"));
    for (let i = 0; i <= 1000; i++) window.observe(i);
    assert.deepEqual([window.count, ...quantilesOf(window).map(Math.round)], [1001, 0, 500, 1000]);
  });

  it("leaves NaN out", () => {
    const { window } = made();
    for (const value of [NaN, 4, NaN]) window.observe(value);
    assert.deepEqual([window.count, ...quantilesOf(window)], [1, 4, 4, 4]);
  });

  it("keeps windows apart", () => {
    const [one, other] = [made(), made()];
    for (const { clock, window } of [one, other]) {
      window.observe(window === one.window ? 1 : 2);
      clock.now += 15;
      window.observe(window === one.window ? 3 : 4);
    }
    assert.deepEqual([quantilesOf(one.window), quantilesOf(other.window)], [[1, 2, 3], [2, 3, 4]]);
  });
});

describe("DigestWindow.restart()", () => {
  it("forgets all observations, of every part", () => {
    const { clock, window } = made();
    for (const value of [1, 2, 3]) {
      window.observe(value);
      clock.now += 12;
    }
    window.restart();
    assert.deepEqual([window.count, ...quantilesOf(window)], [0, NaN, NaN, NaN]);
    window.observe(4);
    clock.now += 50;
    assert.deepEqual([window.count, ...quantilesOf(window)], [1, 4, 4, 4]);
  });
});
