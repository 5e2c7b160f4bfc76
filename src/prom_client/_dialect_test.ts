import { describe, it } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { prometheusContentType } from "./content_types.ts";
import { dialectFor } from "./_dialect.ts";

describe("dialectFor()", () => {
  const { value } = dialectFor({ contentType: prometheusContentType, defaultLabels: {} });

  function written(number: number): string {
    const bytes = new Uint8Array(64);
    return new TextDecoder().decode(bytes.subarray(0, value(new DataView(bytes.buffer), 0, number)));
  }

  it("writes every finite number as JavaScript does", () => {
    const numbers = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.maxSafeInteger(),
      fc.integer(),
      fc.double({ min: -1e7, max: 1e7, noNaN: true }),
      fc.constantFrom(0, -0, 1e21, 1e20, 123456789012345680000, 1e-6, 1e-7, 1e-4, 99999.99, 1e6, 2 ** 53),
    );
    fc.assert(fc.property(numbers, (number) => assert.equal(written(number), String(number))), { numRuns: 5000 });
  });

  it("writes what is not finite as prom-client does", () => {
    assert.deepEqual([NaN, Infinity, -Infinity].map(written), ["Nan", "+Inf", "-Inf"]);
  });
});
