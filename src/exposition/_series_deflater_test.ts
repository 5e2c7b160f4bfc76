import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { constants, crc32, deflateRawSync, gunzipSync } from "node:zlib";
import fc from "fast-check";
import { counter } from "../metrics/counter.ts";
import { gauge } from "../metrics/gauge.ts";
import { histogram } from "../metrics/histogram.ts";
import { Registry } from "../metrics/registry.ts";
import { stateSet } from "../metrics/state_set.ts";
import { summary } from "../metrics/summary.ts";
import type { Compressor } from "./compressor.ts";
import { createGzip } from "./gzip.ts";
import { encode, encodeChunks } from "./encode.ts";
import { negotiate } from "./negotiate.ts";

const TEXT = negotiate("text/plain;version=1.0.0;escaping=allow-utf-8");
const OPEN_METRICS = negotiate("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8");
const SERIES = 2500;

/** zlib, and how many bytes of text it was given. */
function countingCompressor(): Compressor & { bytes: number } {
  return {
    bytes: 0,
    deflate(bytes) {
      this.bytes += bytes.length;
      return deflateRawSync(bytes, { finishFlush: constants.Z_FULL_FLUSH });
    },
    crc32: (bytes) => crc32(bytes),
  };
}

/** Asserts that a body is the text, checksum and all, and that zlib had to see little of it, or all. */
function assertSame(registry: Registry, { direct = true } = {}): void {
  for (const format of [TEXT, OPEN_METRICS]) {
    const compressor = countingCompressor();
    const body = Buffer.concat([...encodeChunks(registry.snapshots(), format, { gzip: createGzip(compressor) })]);
    const text = Buffer.from(encode(registry.snapshots(), format));
    assert.equal(gunzipSync(body).toString(), text.toString());
    assert.equal(compressor.bytes < text.length / 10, direct, `zlib saw ${compressor.bytes} of ${text.length} bytes`);
  }
}

const labelText = fc.oneof(
  { arbitrary: fc.constantFrom("a", "b", "GET", "POST", "route/1", "route/17", "route/2", ""), weight: 6 },
  { arbitrary: fc.string({ unit: "binary", maxLength: 8 }), weight: 1 },
  {
    arbitrary: fc.constantFrom("ä", "\u{10ffff}", "\u{10fffe}", '"', "\\", "\n", "x".repeat(300), "y".repeat(70)),
    weight: 1,
  },
);
const value = fc.oneof(fc.constantFrom(0, 1, 1, 7, 1e6, 1e-7, NaN, Infinity, -1), fc.nat(99_999), fc.double());

describe("encodeChunks() with a compressor", () => {
  it("says the same of lines, whatever their labels and values, as they come, change and go", () => {
    const sets = fc.array(fc.tuple(labelText, labelText, labelText), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(sets, fc.array(value, { minLength: 1, maxLength: 30 }), fc.nat(SERIES), (labels, values, gone) => {
        const registry = new Registry();
        const g = registry.add(gauge("g", "G.", ["a", "b", "c", "i"]));
        const set = (from: number, step: number) => {
          for (let i = from; i < SERIES; i += step) {
            const [a, b, c] = labels[(i * 7) % labels.length]!;
            g.set({ a, b, c, i: Math.floor(i / 2) * (i % 2 ? 1 : -1) }, values[(i + step) % values.length]!);
          }
        };
        set(0, 1);
        assertSame(registry);
        set(3, 5);
        assertSame(registry);
        const [a, b, c] = labels[(gone * 7) % labels.length]!;
        g.remove({ a, b, c, i: Math.floor(gone / 2) * (gone % 2 ? 1 : -1) });
        assertSame(registry);
        g.set({ a: "new", b: "one", c: "\u0000 byte that was not there", i: -0.5 }, 1);
        assertSame(registry);
      }),
      { numRuns: 20 },
    );
  });

  it("says the same of series of several lines", () => {
    const sets = fc.array(fc.tuple(labelText, labelText), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(sets, fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 20 }), (labels, values) => {
        const registry = new Registry();
        const names = ["a", "b", "i"] as const;
        const h = registry.add(histogram("h", "H.", names, { buckets: [0.005, 0.01, 0.1, 1, 10] }));
        const one = registry.add(histogram("one_bucket", "H.", names, { buckets: [] }));
        const s = registry.add(summary("s", "S.", names));
        const q = registry.add(summary("q", "Q.", names, { quantiles: [0.5, 0.99] }));
        const states = registry.add(stateSet("state", "States.", names, { states: ["on", "off", "öff"] }));
        for (let i = 0; i < SERIES; i++) {
          const [a, b] = labels[(i * 3) % labels.length]!;
          const series = { a, b, i };
          for (let k = 0; k < 3; k++) h.observe(series, values[(i + k) % values.length]!);
          one.observe(series, values[i % values.length]!);
          s.observe(series, values[i % values.length]!);
          q.set(series, { quantiles: [values[i % values.length]!, 1], sum: 1, count: i });
          states.set(series, i % 3 === 0 ? "on" : "öff");
        }
        for (let round = 0; round < 3; round++) {
          h.observe({ a: labels[0]![0], b: labels[0]![1], i: 0 }, 0.5);
          assertSame(registry);
        }
      }),
      { numRuns: 6 },
    );
  });

  it("says the same when values repeat, so that whole lines do", () => {
    const registry = new Registry();
    const g = registry.add(gauge("g", "G.", ["a", "b"]));
    for (let i = 0; i < SERIES; i++) g.set({ a: i, b: "the same" }, 1);
    assertSame(registry);
  });

  it("says the same of names in quotes", () => {
    const registry = new Registry();
    const c = registry.add(counter("größe.of:things_total", "C.", ["ä.b", "c"]));
    for (let i = 0; i < SERIES; i++) c.inc({ "ä.b": i % 10, c: i }, i);
    assertSame(registry);
  });

  it("leaves series to zlib that are too long to be kept in sight", () => {
    const registry = new Registry();
    const g = registry.add(gauge("g", "G.", ["a", "b"]));
    for (let i = 0; i < SERIES; i++) g.set({ a: i, b: i === 1200 ? "x".repeat(20_000) : "y" }, i);
    assertSame(registry, { direct: false });
  });

  it("makes less of series than zlib does at level 6", () => {
    const registry = new Registry();
    const c = registry.add(counter("requests_total", "C.", ["method", "route", "instance"]));
    for (let i = 0; i < 20_000; i++) {
      const labels = {
        method: ["GET", "POST"][i % 2]!,
        route: `/api/v1/r/${(i >> 1) % 50}`,
        instance: `host-${i % 7}-${i >> 7}`,
      };
      // The beginning of a hash has no pattern that a search for repetitions could find.
      c.inc(labels, crc32(String(i)) >>> 12);
    }
    const compressor = countingCompressor();
    const body = Buffer.concat([...encodeChunks(registry.snapshots(), TEXT, { gzip: createGzip(compressor) })]);
    const zlib = deflateRawSync(encode(registry.snapshots(), TEXT), { level: 6 });
    assert.ok(body.length < zlib.length, `${body.length} bytes, zlib ${zlib.length}`);
  });
});
