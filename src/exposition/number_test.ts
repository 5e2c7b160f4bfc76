import { describe, it } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  formatNumber,
  formatOpenMetricsNumber,
  MAX_NUMBER_BYTES,
  writeNumber,
  writeOpenMetricsCount,
  writeOpenMetricsNumber,
} from "./number.ts";

type Write = (view: DataView, at: number, value: number) => number;

/** What a writer writes, after checking that it stays where it belongs. */
function written(write: Write, value: number): string {
  const bytes = new Uint8Array(3 + MAX_NUMBER_BYTES + 3).fill(255);
  const end = write(new DataView(bytes.buffer), 3, value);
  assert.ok(end - 3 <= MAX_NUMBER_BYTES, `${end - 3} bytes for ${value}`);
  assert.deepEqual([...bytes.subarray(0, 3), ...bytes.subarray(3 + MAX_NUMBER_BYTES)], Array(6).fill(255));
  return new TextDecoder().decode(bytes.subarray(3, end));
}

/** Go's shortest digits, made from JavaScript's: they agree on the digits, not on where the exponent begins. */
function goText(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : value < 0 ? "-Inf" : "NaN";
  if (value === 0) return "0";
  const [, sign = "", digits = "", power = ""] = /^(-?)([\d.]+)e([+-]\d+)$/.exec(value.toExponential())!;
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return String(value);
  return `${sign}${digits}e${power[0]}${power.slice(1).padStart(2, "0")}`;
}

function openMetricsText(value: number): string {
  const text = goText(value);
  return /[.eNI]/.test(text) ? text : `${text}.0`;
}

/** Every double with the same chance, so that exponents of all sizes, NaN and the infinities occur. */
const anyBits = fc.tuple(fc.nat(0xffffffff), fc.nat(0xffffffff)).map(([high, low]) => doubleOf(high, low));

function doubleOf(high: number, low: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setUint32(0, high);
  view.setUint32(4, low);
  return view.getFloat64(0);
}

function wordsOf(value: number): [high: number, low: number] {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return [view.getUint32(0), view.getUint32(4)];
}

/** The sizes that measurements have, with every digit at random. */
const measured = fc.tuple(fc.nat(0xfffff), fc.nat(0xffffffff), fc.integer({ min: -24, max: 56 }))
  .map(([high, low, exponent]) => doubleOf(((exponent + 1023) << 20) | high, low));
/** Doubles right beside one that has few digits, which need many. */
const besideShort = fc.tuple(fc.nat(99_999), fc.integer({ min: -12, max: 14 }), fc.integer({ min: -3, max: 3 }))
  .map(([digits, power, steps]) => {
    const [high, low] = wordsOf(Number(`${digits + 1}e${power}`));
    return doubleOf(high, low + steps);
  });
const anyNumber = fc.oneof(
  anyBits,
  measured,
  besideShort,
  fc.double(),
  fc.maxSafeInteger(),
  fc.integer(),
  fc.integer({ min: -1_100_000, max: 1_100_000 }),
  fc.integer({ min: -1_100_000, max: 1_100_000 }).map((n) => n / 1000),
  fc.tuple(fc.integer({ min: 1, max: 999 }), fc.integer({ min: -30, max: 30 })).map(([n, e]) => Number(`${n}e${e}`)),
  fc.tuple(fc.integer({ min: -10, max: 20 }), fc.constantFrom(-1, 0, 1)).map(([e, d]) => Number(`1e${e}`) + d),
);

/** Written down by hand, from Go. */
const TABLE: readonly [value: number, text: string, openMetrics: string][] = [
  [0, "0", "0.0"],
  [-0, "0", "0.0"],
  [1, "1", "1.0"],
  [-1, "-1", "-1.0"],
  [10, "10", "10.0"],
  [99, "99", "99.0"],
  [100, "100", "100.0"],
  [12345, "12345", "12345.0"],
  [100000, "100000", "100000.0"],
  [999999, "999999", "999999.0"],
  [-999999, "-999999", "-999999.0"],
  [1000000, "1e+06", "1e+06"],
  [-1000000, "-1e+06", "-1e+06"],
  [1234567, "1.234567e+06", "1.234567e+06"],
  [1234567.5, "1.2345675e+06", "1.2345675e+06"],
  [1605281325, "1.605281325e+09", "1.605281325e+09"],
  [10200000, "1.02e+07", "1.02e+07"],
  [2147483647, "2.147483647e+09", "2.147483647e+09"],
  [2147483648, "2.147483648e+09", "2.147483648e+09"],
  [4294967296, "4.294967296e+09", "4.294967296e+09"],
  [9007199254740991, "9.007199254740991e+15", "9.007199254740991e+15"],
  [2 ** 53, "9.007199254740992e+15", "9.007199254740992e+15"],
  [1e20, "1e+20", "1e+20"],
  [1e21, "1e+21", "1e+21"],
  [0.5, "0.5", "0.5"],
  [-0.5, "-0.5", "-0.5"],
  [999999.5, "999999.5", "999999.5"],
  [0.0001, "0.0001", "0.0001"],
  [0.00009, "9e-05", "9e-05"],
  [0.00001, "1e-05", "1e-05"],
  [1.5e-6, "1.5e-06", "1.5e-06"],
  [1e-7, "1e-07", "1e-07"],
  [-1e-7, "-1e-07", "-1e-07"],
  [0.1 + 0.2, "0.30000000000000004", "0.30000000000000004"],
  [5e-324, "5e-324", "5e-324"],
  [-2.2250738585072014e-308, "-2.2250738585072014e-308", "-2.2250738585072014e-308"],
  [Number.MAX_VALUE, "1.7976931348623157e+308", "1.7976931348623157e+308"],
  [NaN, "NaN", "NaN"],
  [Infinity, "+Inf", "+Inf"],
  [-Infinity, "-Inf", "-Inf"],
];

describe("writeNumber() and formatNumber()", () => {
  for (const [value, text] of TABLE) {
    it(`render ${Object.is(value, -0) ? "-0" : value} as ${text}`, () => {
      assert.equal(written(writeNumber, value), text);
      assert.equal(formatNumber(value), text);
    });
  }

  it("render any number as Go does", () => {
    fc.assert(
      fc.property(anyNumber, (value) => {
        assert.equal(written(writeNumber, value), goText(value));
        assert.equal(formatNumber(value), goText(value));
      }),
      { numRuns: 20_000 },
    );
  });

  it("render every integer around the powers of ten as Go does", () => {
    for (let power = 1; power <= 1e16; power *= 10) {
      for (const value of [power - 2, power - 1, power, power + 1, power * 5, power * 1.5]) {
        assert.equal(written(writeNumber, value), goText(value));
        assert.equal(written(writeNumber, -value), goText(-value));
      }
    }
  });

  it("render texts that read as the same number", () => {
    fc.assert(fc.property(anyNumber, (value) => {
      const text = formatNumber(value).replace("Inf", "Infinity");
      assert.ok(Object.is(Number(text), value === 0 ? 0 : value), text);
    }));
  });
});

describe("writeOpenMetricsNumber() and formatOpenMetricsNumber()", () => {
  for (const [value, , text] of TABLE) {
    it(`render ${Object.is(value, -0) ? "-0" : value} as ${text}`, () => {
      assert.equal(written(writeOpenMetricsNumber, value), text);
      assert.equal(formatOpenMetricsNumber(value), text);
    });
  }

  it("render any number as Go does, never like an integer", () => {
    fc.assert(
      fc.property(anyNumber, (value) => {
        assert.equal(written(writeOpenMetricsNumber, value), openMetricsText(value));
        assert.equal(formatOpenMetricsNumber(value), openMetricsText(value));
      }),
      { numRuns: 20_000 },
    );
  });
});

describe("writeOpenMetricsCount()", () => {
  it("renders whole counts as plain digits", () => {
    fc.assert(fc.property(fc.oneof(fc.maxSafeNat(), fc.nat(2_000_000)), (count) => {
      assert.equal(written(writeOpenMetricsCount, count), BigInt(count).toString());
    }));
    for (const count of [0, 9, 999999, 1000000, 1e15, 9007199254740991]) {
      assert.equal(written(writeOpenMetricsCount, count), BigInt(count).toString());
    }
  });

  it("renders what is no whole count as a number", () => {
    for (const value of [0.5, 2 ** 53, 1e300, NaN, Infinity, -1]) {
      assert.equal(written(writeOpenMetricsCount, value), openMetricsText(value));
    }
  });
});
