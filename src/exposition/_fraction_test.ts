import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { writeFraction } from "./_fraction.ts";

const bytes = new Uint8Array(64);

/** What was written, or `undefined` where the caller has to find another way. */
function written(value: number): string | undefined {
  const end = writeFraction(new DataView(bytes.buffer), 1, value);
  return end < 0 ? undefined : new TextDecoder().decode(bytes.subarray(1, end));
}

/** The same number by way of the runtime's own shortest digits. */
function expected(value: number): string {
  const [mantissa, exponent] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

describe("writeFraction()", () => {
  const cases: [value: number, text: string | undefined][] = [
    [0.1 + 0.2, "0.30000000000000004"],
    [1 / 3, "0.3333333333333333"],
    [2 / 3, "0.6666666666666666"],
    [123456.789, "123456.789"],
    [1234567.5, "1.2345675e+06"],
    [999999.9999999999, "999999.9999999999"],
    [0.00012, "0.00012"],
    [0.000012, "1.2e-05"],
    [1.5e-6, "1.5e-06"],
    [1e15 + 0.5, "1.0000000000000005e+15"],
    [0.5, undefined],
    [1e-7, undefined],
    [1e16, undefined],
    [NaN, undefined],
    [Infinity, undefined],
    [-1.5, undefined],
  ];
  for (const [value, text] of cases) {
    it(`writes ${value} as ${text ?? "nothing"}`, () => {
      assert.equal(written(value), text);
    });
  }

  it("writes the shortest digits of any number in its range, or leaves it", () => {
    let left = 0;
    let all = 0;
    const double = fc.double({ min: 1e-6, max: 1e16, noNaN: true });
    const decimal = fc.tuple(fc.integer({ min: 1, max: 999_999_999 }), fc.integer({ min: -12, max: 3 }))
      .map(([digits, power]) => Number(`${digits}e${power}`));
    const anyBut = fc.oneof(double, decimal).filter((value) => !(Number.isInteger(value) && value < 1e6));
    fc.assert(
      fc.property(anyBut, (value) => {
        const text = written(value);
        all++;
        if (text === undefined) left++;
        else assert.equal(text, expected(value));
      }),
      { numRuns: 20_000 },
    );
    assert.ok(left < all / 2, `${left} of ${all} were left to the caller`);
  });

  it("agrees with the runtime on neighbours of short decimals, where rounding is hardest", () => {
    const float = new Float64Array(1);
    const bits = new BigInt64Array(float.buffer);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99_999_999 }), fc.integer({ min: -10, max: 6 }), (digits, power) => {
        float[0] = Number(`${digits}e${power}`);
        for (const step of [-1n, 1n]) {
          const near = new Float64Array(new BigInt64Array([bits[0]! + step]).buffer)[0]!;
          const text = written(near);
          if (text !== undefined) assert.equal(text, expected(near));
        }
      }),
      { numRuns: 10_000 },
    );
  });
});
