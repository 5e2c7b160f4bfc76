import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost } from "./_testing.ts";
import { collectors } from "./collectors.ts";
import type { TimexStatus } from "./host.ts";
import { timex } from "./timex.ts";

const STATUS: TimexStatus = {
  state: 0,
  offset: -1_500_000,
  freq: 65_536,
  maxerror: 250_000,
  esterror: 16,
  status: 0x2001,
  constant: 7,
  tick: 10_000,
  ppsfreq: -131_072,
  jitter: 2_000_000,
  shift: 3,
  stabil: 0,
  jitcnt: 1,
  calcnt: 2,
  errcnt: 3,
  stbcnt: 4,
  tai: 37,
};

describe("timex", () => {
  it("timex() counts in nanoseconds where the clock does", async () => {
    const exposition = await expose(timex(fakeHost({}, { adjtimex: () => STATUS })));
    assert.match(exposition, /^node_timex_offset_seconds -0\.0015$/m);
    assert.match(exposition, /^node_timex_pps_jitter_seconds 0\.002$/m);
    assert.match(exposition, /^node_timex_frequency_adjustment_ratio 1\.000001$/m);
    assert.match(exposition, /^node_timex_pps_frequency_hertz -2e-06$/m);
    assert.match(exposition, /^node_timex_maxerror_seconds 0\.25$/m);
    assert.match(exposition, /^node_timex_tick_seconds 0\.01$/m);
    assert.match(exposition, /^node_timex_tai_offset_seconds 37$/m);
    assert.match(exposition, /^node_timex_sync_status 1$/m);
    assert.match(exposition, /^# TYPE node_timex_pps_error_total counter\nnode_timex_pps_error_total 3$/m);
  });

  it("timex() counts in microseconds otherwise, and tells a clock that nothing keeps in step", async () => {
    const adjtimex = () => ({ ...STATUS, status: 0x40, state: 5 });
    const exposition = await expose(timex(fakeHost({}, { adjtimex })));
    assert.match(exposition, /^node_timex_offset_seconds -1\.5$/m);
    assert.match(exposition, /^node_timex_status 64$/m);
    assert.match(exposition, /^node_timex_sync_status 0$/m);
  });

  it("collectors() offer timex only where adjtimex can be called", () => {
    assert.equal("timex" in collectors(fakeHost({})), false);
    assert.equal("timex" in collectors(fakeHost({}, { adjtimex: () => STATUS })), true);
  });
});
