import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { parseSchedstat, schedstat } from "./schedstat.ts";

const STAT = "version 15\ntimestamp 15819019232\ncpu0 1 0 2 3 4 5 2045936778163039 343796328169361 4767485306\n" +
  "domain0 00000000,00000003 212499247 210112015\n";

describe("parseSchedstat", () => {
  it("parseSchedstat() reads the last three numbers of a CPU, times in seconds", () => {
    assert.deepEqual(parseSchedstat(STAT), [
      { cpu: "0", running: 2045936.778163039, waiting: 343796.328169361, timeslices: 4767485306 },
    ]);
  });

  it("parseSchedstat() rejects a truncated line", () => {
    assert.throws(() => parseSchedstat("version 15\ncpu0 1 0 2 3 4 5 6 7"), {
      name: "SyntaxError",
      message: 'Cannot read /proc/schedstat: line 2 is "cpu0 1 0 2 3 4 5 6 7", expected "cpu0" and nine numbers',
    });
  });
});

describe("schedstat", () => {
  it("schedstat() exposes each CPU", async () => {
    assert.deepEqual(samples(await expose(schedstat(fakeHost({ "/proc/schedstat": STAT })))).sort(), [
      'node_schedstat_running_seconds_total{cpu="0"} 2.045936778163039e+06',
      'node_schedstat_timeslices_total{cpu="0"} 4.767485306e+09',
      'node_schedstat_waiting_seconds_total{cpu="0"} 343796.328169361',
    ]);
  });
});
