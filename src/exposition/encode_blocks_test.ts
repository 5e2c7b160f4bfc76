import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { constants, crc32, deflateRawSync, gunzipSync } from "node:zlib";
import fc from "fast-check";
import { counter } from "../metrics/counter.ts";
import { gauge } from "../metrics/gauge.ts";
import { histogram } from "../metrics/histogram.ts";
import { Registry } from "../metrics/registry.ts";
import type { Compressor } from "./compressor.ts";
import { createGzip } from "./gzip.ts";
import { encode, encodeChunks } from "./encode.ts";
import { negotiate } from "./negotiate.ts";

const TEXT = negotiate(null);
const OPEN_METRICS = negotiate("application/openmetrics-text;version=1.0.0");
const PROTOBUF = negotiate(
  "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
);
const SERIES = 5000;

/** zlib, and how often it was asked. */
function countingCompressor(): Compressor & { deflated: number } {
  return {
    deflated: 0,
    deflate(bytes) {
      this.deflated++;
      return deflateRawSync(bytes, { finishFlush: constants.Z_FULL_FLUSH });
    },
    crc32: (bytes) => crc32(bytes),
  };
}

function large(): { registry: Registry; set: (i: number, value: number) => void; remove: (i: number) => void } {
  const registry = new Registry();
  const values = registry.add(gauge("g", "G.", ["i"]));
  for (let i = 0; i < SERIES; i++) values.set({ i }, i);
  return {
    registry,
    set: (i, value) => values.set({ i }, value),
    remove: (i) => void values.remove({ i }),
  };
}

function text(registry: Registry, format = TEXT): string {
  return new TextDecoder().decode(encode(registry.snapshots(), format));
}

function zipped(registry: Registry, compressor: Compressor, format = TEXT): string {
  const body = new Uint8Array(
    [...encodeChunks(registry.snapshots(), format, { gzip: createGzip(compressor) })].flatMap((part) => [...part]),
  );
  return gunzipSync(body).toString();
}

/** What a family says, line by line, without any cache. */
function expected(values: ReadonlyMap<number, number>): string {
  const lines = [...values].map(([i, value]) => `g{i="${i}"} ${Object.is(value, NaN) ? "NaN" : value}\n`);
  return `# HELP g G.\n# TYPE g gauge\n${lines.join("")}`;
}

describe("encode() of a large family", () => {
  it("says what is true after any changes, plain and compressed", () => {
    const change = fc.tuple(fc.nat(SERIES - 1), fc.constantFrom(0, 1, 17, 99_999, NaN));
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 5 }), { minLength: 1, maxLength: 6 }), (scrapes) => {
        const { registry, set } = large();
        const values = new Map(Array.from({ length: SERIES }, (_, i) => [i, i < 1e6 ? i : NaN]));
        const compressor = countingCompressor();
        for (const changes of scrapes) {
          for (const [i, value] of changes) {
            set(i, value);
            values.set(i, value);
          }
          assert.equal(text(registry), expected(values));
          assert.equal(zipped(registry, compressor), expected(values));
        }
      }),
      { numRuns: 15 },
    );
  });

  it("notices series that go, come back and come anew", () => {
    const { registry, set, remove } = large();
    const before = text(registry);
    remove(100);
    assert.equal(text(registry), before.replace('g{i="100"} 100\n', ""));
    set(100, 100);
    assert.equal(text(registry), before);
    remove(200);
    set(SERIES, 1);
    assert.equal(text(registry), before.replace('g{i="200"} 200\n', `g{i="${SERIES}"} 1\n`));
  });

  it("follows series that move together when most others are gone", () => {
    const { registry, set, remove } = large();
    for (let i = 0; i < 3; i++) zipped(registry, countingCompressor());
    for (let i = 0; i < SERIES; i++) if (i % 8 > 0) remove(i);
    const left = new Map(Array.from({ length: SERIES / 8 }, (_, i) => [8 * i, 8 * i]));
    const lines = (body: string) => body.trimEnd().split("\n").sort();
    for (let round = 0; round < 3; round++) {
      assert.deepEqual(lines(text(registry)), lines(expected(left)));
      assert.deepEqual(lines(zipped(registry, countingCompressor())), lines(expected(left)));
      set(8 * round, round + 1);
      left.set(8 * round, round + 1);
    }
  });

  it("keeps formats apart", () => {
    const { registry } = large();
    for (let i = 0; i < 3; i++) {
      assert.match(text(registry), /^g\{i="7"\} 7$/m);
      assert.match(text(registry, OPEN_METRICS), /^g\{i="7"\} 7\.0$/m);
    }
  });

  it("sends again what did not change", () => {
    const { registry, set } = large();
    const pieces = () =>
      [...encodeChunks(registry.snapshots(), TEXT, { gzip: createGzip(countingCompressor()) })].map((piece) =>
        [...piece].join()
      );
    const before = pieces();
    assert.ok(before.length > 3, `${before.length} pieces`);
    assert.deepEqual(pieces(), before);
    set(0, 12_345);
    const after = pieces();
    const differing = after.filter((piece, i) => piece !== before[i]);
    // The block of that series, and the checksum at the end.
    assert.deepEqual(differing, [after.find((piece, i) => piece !== before[i]), after.at(-1)]);
  });

  it("notices timestamps and exemplars, and sends again what has the same", () => {
    const registry = new Registry();
    const requests = registry.add(counter("r_total", "R.", ["i"]));
    for (let i = 0; i < SERIES; i++) requests.inc({ i });
    const bodies = () => {
      const compressor = countingCompressor();
      const found = [TEXT, OPEN_METRICS, PROTOBUF].map((format) => {
        const body = encode(registry.snapshots(), format);
        const zip = Buffer.concat([...encodeChunks(registry.snapshots(), format, { gzip: createGzip(compressor) })]);
        assert.ok(gunzipSync(zip).equals(body));
        return new TextDecoder().decode(body);
      });
      return { found, deflated: compressor.deflated };
    };
    bodies();
    for (let round = 1; round < 4; round++) {
      requests.set({ i: 3 }, 1, { timestampMs: 1000 * round, exemplar: { labels: { id: `x${round}` }, value: 1 } });
      const { found: [text, openMetrics, protobuf], deflated } = bodies();
      assert.match(text!, new RegExp(`^r_total\\{i="3"\\} 1 ${round}000$`, "m"));
      assert.match(
        openMetrics!,
        new RegExp(`^r_total\\{i="3"\\} 1\\.0 ${round}\\.0 # \\{id="x${round}"\\} 1\\.0`, "m"),
      );
      assert.ok(protobuf!.includes(`x${round}`));
      assert.ok(deflated > 10, `${deflated} pieces`);
      assert.ok(bodies().deflated < 6, "pieces were deflated again although nothing changed");
    }
  });

  it("says what is true of histograms too", () => {
    const registry = new Registry();
    const latency = registry.add(histogram("h", "H.", ["i"], { buckets: [1, 2] }));
    for (let i = 0; i < 3000; i++) latency.observe({ i }, i % 3);
    const compressor = countingCompressor();
    for (let round = 0; round < 3; round++) {
      latency.observe({ i: 1500 }, 5);
      assert.equal(zipped(registry, compressor), text(registry));
      assert.ok(text(registry).includes(`h_bucket{i="1500",le="+Inf"} ${2 + round}\n`));
    }
  });

  it("says what is true in protobuf, which tells created times too, plain and compressed", () => {
    const made = () => {
      let now = 1000;
      const registry = new Registry({ now: () => now });
      const requests = registry.add(counter("r_total", "R.", ["i"]));
      const latency = registry.add(histogram("h", "H.", ["i"], { buckets: [1, 2] }));
      for (let i = 0; i < SERIES; i++) {
        requests.inc({ i }, i);
        latency.observe({ i }, i % 3);
      }
      const change = (round: number) => {
        now += 1000;
        if (round === 1) requests.inc({ i: 7 });
        if (round === 2) latency.observe({ i: 4000 }, 0.5);
        if (round === 3) {
          requests.remove({ i: 9 });
          requests.inc({ i: 9 }, 9);
        }
      };
      return { registry, change };
    };
    const { registry, change } = made();
    for (let round = 0; round < 6; round++) {
      change(round);
      // A registry that was never encoded before has nothing to remember.
      const fresh = made();
      for (let past = 0; past <= round; past++) fresh.change(past);
      const expected = Buffer.from(encode(fresh.registry.snapshots(), PROTOBUF));
      assert.ok(expected.equals(encode(registry.snapshots(), PROTOBUF)), `round ${round}`);
      assert.ok(expected.equals(Buffer.concat([...encodeChunks(registry.snapshots(), PROTOBUF)])), `round ${round}`);
      const zipped = [...encodeChunks(registry.snapshots(), PROTOBUF, { gzip: createGzip(countingCompressor()) })];
      assert.ok(expected.equals(gunzipSync(Buffer.concat(zipped))), `round ${round}`);
    }
  });

  it("sends protobuf again that did not change", () => {
    const { registry, set } = large();
    const compressor = countingCompressor();
    [...encodeChunks(registry.snapshots(), PROTOBUF, { gzip: createGzip(compressor) })];
    const pieces = compressor.deflated;
    assert.ok(pieces >= 3, `${pieces} pieces`);
    compressor.deflated = 0;
    [...encodeChunks(registry.snapshots(), PROTOBUF, { gzip: createGzip(compressor) })];
    assert.equal(compressor.deflated, 1);
    set(0, 12_345);
    compressor.deflated = 0;
    [...encodeChunks(registry.snapshots(), PROTOBUF, { gzip: createGzip(compressor) })];
    assert.equal(compressor.deflated, 2);
  });

  it("writes exemplars although they come with no new value", () => {
    const registry = new Registry();
    const requests = registry.add(counter("r_total", "R.", ["i"]));
    for (let i = 0; i < SERIES; i++) requests.inc({ i });
    text(registry, OPEN_METRICS);
    text(registry, OPEN_METRICS);
    requests.inc({ i: 3 }, 0, { exemplar: { trace_id: "x" } });
    assert.match(text(registry, OPEN_METRICS), /^r_total\{i="3"\} 1\.0 # \{trace_id="x"\}/m);
  });
});

describe("encodeChunks() with a compressor", () => {
  it("makes one gzip member of any body", () => {
    const compressor = countingCompressor();
    assert.equal(zipped(new Registry(), compressor), "");
    const small = new Registry();
    small.add(gauge("x", "X.")).set(1);
    assert.equal(zipped(small, compressor, OPEN_METRICS), text(small, OPEN_METRICS));
  });
});
