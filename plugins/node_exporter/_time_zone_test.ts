import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { timeZone, zoneAbbreviation } from "./_time_zone.ts";

/** Berlin from the middle of 2025 on, as `zic` would write it without the rule for later years. */
const BERLIN = zoneFile({
  transitions: [[Date.UTC(2025, 2, 30, 1), 1], [Date.UTC(2025, 9, 26, 1), 0]],
  types: [[3600, 0], [7200, 4]],
  abbreviations: "CET\0CEST\0",
});
const SUMMER = { atMs: Date.UTC(2025, 6, 1), offsetSeconds: 7200 };
const WINTER = { atMs: Date.UTC(2025, 11, 1), offsetSeconds: 3600 };

describe("zoneAbbreviation", () => {
  it("zoneAbbreviation() names the offset that holds", () => {
    assert.equal(zoneAbbreviation(BERLIN, SUMMER), "CEST");
    assert.equal(zoneAbbreviation(BERLIN, WINTER), "CET");
  });

  it("zoneAbbreviation() names offsets that only the rule for later years gives", () => {
    assert.equal(zoneAbbreviation(BERLIN, { ...SUMMER, atMs: Date.UTC(2050, 6, 1) }), "CEST");
  });

  it("zoneAbbreviation() takes the latest of several names for one offset", () => {
    const file = zoneFile({
      transitions: [[0, 0], [1000, 1]],
      types: [[3600, 0], [3600, 4]],
      abbreviations: "OLD\0NEW\0",
    });
    assert.equal(zoneAbbreviation(file, { atMs: 500, offsetSeconds: 3600 }), "OLD");
    assert.equal(zoneAbbreviation(file, { atMs: 5000, offsetSeconds: 3600 }), "NEW");
  });

  it("zoneAbbreviation() knows nothing of other offsets, and of what is no such file", () => {
    assert.equal(zoneAbbreviation(BERLIN, { ...SUMMER, offsetSeconds: 1 }), undefined);
    for (let length = 0; length < BERLIN.length - 9; length++) {
      assert.equal(zoneAbbreviation(BERLIN.subarray(0, length), { atMs: 0, offsetSeconds: 1 }), undefined);
    }
    assert.equal(zoneAbbreviation(new Uint8Array(200), SUMMER), undefined);
  });
});

describe("timeZone", () => {
  it("timeZone() gives the offset that dates have", async () => {
    const now = Date.now();
    const { name, offsetSeconds } = await timeZone(now);
    assert.equal(offsetSeconds, new Date(now).getTimezoneOffset() * -60 || 0);
    assert.match(name, /^[A-Za-z0-9+-]+$/);
  });
});

/** A compiled zone of version 2 with an empty first block (RFC 8536). */
function zoneFile({ transitions, types, abbreviations }: {
  transitions: [atMs: number, type: number][];
  types: [offsetSeconds: number, abbreviation: number][];
  abbreviations: string;
}): Uint8Array {
  const header = (counts: number[]) => [...new TextEncoder().encode("TZif2"), ...zeros(15), ...counts.flatMap(int)];
  return new Uint8Array([
    ...header([0, 0, 0, 0, 0, 0]),
    ...header([0, 0, 0, transitions.length, types.length, abbreviations.length]),
    ...transitions.flatMap(([atMs]) => [...zeros(4), ...int(atMs / 1000)]),
    ...transitions.map(([, type]) => type),
    ...types.flatMap(([offsetSeconds, abbreviation]) => [...int(offsetSeconds), 0, abbreviation]),
    ...new TextEncoder().encode(abbreviations),
  ]);
}

function int(value: number): number[] {
  return [24, 16, 8, 0].map((shift) => (value >> shift) & 0xff);
}

function zeros(count: number): number[] {
  return Array.from({ length: count }, () => 0);
}
