import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { adjtimex, parseTimex } from "./_adjtimex.ts";

describe("parseTimex", () => {
  it("parseTimex() finds each field where the kernel puts it", () => {
    const timex = new Uint8Array(208);
    const view = new DataView(timex.buffer);
    [8, 16, 24, 32, 48, 88, 96, 104, 120, 128, 136, 144, 152].forEach((at) => view.setBigInt64(at, BigInt(-at), true));
    [40, 112, 160].forEach((at) => view.setInt32(at, at, true));
    assert.deepEqual(parseTimex(timex, 5), {
      state: 5,
      offset: -8,
      freq: -16,
      maxerror: -24,
      esterror: -32,
      status: 40,
      constant: -48,
      tick: -88,
      ppsfreq: -96,
      jitter: -104,
      shift: 112,
      stabil: -120,
      jitcnt: -128,
      calcnt: -136,
      errcnt: -144,
      stbcnt: -152,
      tai: 160,
    });
  });
});

describe("adjtimex", () => {
  it("adjtimex() asks the kernel, where this runtime can", { skip: skipReason() }, () => {
    const { state, tick } = adjtimex().adjtimex!();
    assert.ok(state >= 0 && state <= 5, `state is ${state}`);
    assert.ok(tick > 5_000 && tick < 20_000, `tick is ${tick}`);
  });
});

function skipReason(): string | false {
  return adjtimex().adjtimex === undefined && "this runtime cannot call libc";
}
