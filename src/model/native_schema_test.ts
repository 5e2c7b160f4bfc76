import { describe, it } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { bucketIndex, coarserIndex, schemaOf, schemaOfLeast, upperBound } from "./native_schema.ts";

const SCHEMAS = [-4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8];
const schema = fc.constantFrom(...SCHEMAS);
const magnitude = fc.oneof(
  fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE, noNaN: true }),
  fc.integer({ min: -1074, max: 1023 }).map((exponent) => 2 ** exponent),
  fc.double({ min: 0.5, max: 2, noNaN: true }),
);

/** A positive double as an integer times 2^-1074. */
function unitsOf(value: number): bigint {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const word = bits.getBigUint64(0);
  const exponent = word >> 52n;
  const mantissa = word & ((1n << 52n) - 1n);
  return exponent === 0n ? mantissa : (mantissa | (1n << 52n)) << (exponent - 1n);
}

/** Whether `value <= 2^(index * 2^-schema)`, in integers alone. */
function isWithin(value: number, schema: number, index: number): boolean {
  const power = schema > 0 ? 2n ** BigInt(schema) : 1n;
  const exponent = schema > 0 ? BigInt(index) : BigInt(index) << BigInt(-schema);
  const right = exponent + 1074n * power;
  return right >= 0n && unitsOf(value) ** power <= 1n << right;
}

describe("schemaOf()", () => {
  const factors: [number, number][] = [
    [65536, -4],
    [1e9, -4],
    [65535, -3],
    [256, -3],
    [16, -2],
    [4, -1],
    [2, 0],
    [1.5, 1],
    [1.2, 2],
    [1.1, 3],
    [1.05, 4],
    [1.03, 5],
    [1.02, 6],
    [1.01, 7],
    [1.005, 8],
    [1.0001, 8],
  ];
  for (const [factor, expected] of factors) {
    it(`is ${expected} for a factor of ${factor}`, () => assert.equal(schemaOf(factor), expected));
  }
});

describe("schemaOfLeast()", () => {
  const factors: [number, number][] = [
    [1e9, -4],
    [65536, -4],
    [2, 0],
    [1.4, 1],
    [1.1, 2],
    [1.09, 3],
    [1.04, 4],
    [1.02, 5],
    [1.01, 6],
    [1.005, 7],
    [1.002, 8],
    [1, 8],
    [0, 8],
  ];
  for (const [factor, expected] of factors) {
    it(`is ${expected} for a factor of ${factor}`, () => assert.equal(schemaOfLeast(factor), expected));
  }
});

describe("bucketIndex()", () => {
  const cases: [schema: number, magnitude: number, index: number][] = [
    [3, 1, 0],
    [3, 1.01, 1],
    [3, 1.5, 5],
    [3, 2, 8],
    [3, 0.5, -8],
    [3, 0.001, -79],
    [0, 1, 0],
    [0, 3, 2],
    [0, 4, 2],
    [0, 5, 3],
    [-2, 16, 1],
    [-2, 17, 2],
    [0, Number.MAX_VALUE, 1024],
    [0, Infinity, 1025],
    [8, Number.MAX_VALUE, 262144],
    [8, Infinity, 262145],
    [-4, Number.MAX_VALUE, 64],
    [-4, Infinity, 65],
    [0, Number.MIN_VALUE, -1074],
    [0, 3 * Number.MIN_VALUE, -1072],
    [0, 2 ** -1022, -1022],
    [-4, Number.MIN_VALUE, -67],
    [1, Math.SQRT2, 2],
    [1, 1.414213562373095, 1],
  ];
  for (const [schema, magnitude, index] of cases) {
    it(`puts ${magnitude} into bucket ${index} of schema ${schema}`, () => {
      assert.equal(bucketIndex(schema, magnitude), index);
    });
  }

  it("agrees with exact integers for any number and any schema", () => {
    fc.assert(fc.property(schema, magnitude, (schema, value) => {
      const index = bucketIndex(schema, value);
      assert.ok(isWithin(value, schema, index), `${value} is above bucket ${index}`);
      assert.ok(!isWithin(value, schema, index - 1), `${value} is below bucket ${index}`);
    }));
  });

  it("agrees with exact integers on both sides of every bound", () => {
    for (const schema of SCHEMAS.filter((schema) => schema > 0)) {
      for (let index = 0; index < 2 ** schema; index++) {
        const bound = upperBound(schema, index);
        const above = bound + 2 ** -52;
        assert.deepEqual([bucketIndex(schema, bound), bucketIndex(schema, above)], [index, index + 1]);
        assert.deepEqual([isWithin(bound, schema, index), isWithin(above, schema, index)], [true, false]);
      }
    }
  });
});

describe("upperBound()", () => {
  const cases: [schema: number, index: number, bound: number][] = [
    [3, 0, 1],
    [3, 8, 2],
    [3, -8, 0.5],
    [1, 1, 1.414213562373095],
    [0, 1023, 2 ** 1023],
    [0, 1024, Number.MAX_VALUE],
    [0, 1025, Infinity],
    [8, 262144, Number.MAX_VALUE],
    [8, 262145, Infinity],
    [-4, 64, Number.MAX_VALUE],
    [-4, 65, Infinity],
    [-2, 1, 16],
    [0, -1074, Number.MIN_VALUE],
    [8, -1074 * 256, Number.MIN_VALUE],
    [-4, -67, 2 ** -1072],
    [3, -1024, 2 ** -128],
  ];
  for (const [schema, index, bound] of cases) {
    it(`is ${bound} for bucket ${index} of schema ${schema}`, () => assert.equal(upperBound(schema, index), bound));
  }

  it("takes in every number of the bucket and none of the next", () => {
    // Bounds among the subnormal numbers are rounded to the few there are.
    const normal = magnitude.filter((value) => value >= 2 ** -1021);
    fc.assert(fc.property(schema, normal, (schema, value) => {
      const index = bucketIndex(schema, value);
      assert.ok(value <= upperBound(schema, index));
      assert.ok(value > upperBound(schema, index - 1));
    }));
  });
});

describe("coarserIndex()", () => {
  it("names the bucket that the lower schema has for the same observation", () => {
    const value = fc.oneof(magnitude, fc.constant(Infinity));
    fc.assert(fc.property(schema, schema, value, (one, other, value) => {
      const [high, low] = [Math.max(one, other), Math.min(one, other)];
      assert.equal(coarserIndex(bucketIndex(high, value), high - low), bucketIndex(low, value));
    }));
  });

  it("ends at the buckets around 1, however many steps", () => {
    assert.deepEqual([-9, 0, 1, 9].map((index) => coarserIndex(index, 44)), [0, 0, 1, 1]);
  });
});
