import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { tapestats } from "./tapestats.ts";

describe("tapestats", () => {
  const host = fakeHost({
    "/sys/class/scsi_tape/st0/stats/in_flight": "1\n",
    "/sys/class/scsi_tape/st0/stats/io_ns": "?\n",
    "/sys/class/scsi_tape/st0/stats/read_ns": "2500000000\n",
    "/sys/class/scsi_tape/nst0/stats/in_flight": "1\n",
    "/sys/class/scsi_tape/st1": { entries: [] },
  });

  it("tapestats() leaves out other names of a drive, what is no number, and a drive that has vanished", async () => {
    assert.deepEqual(samples(await expose(tapestats(host))), [
      'node_tape_io_now{device="st0"} 1',
      'node_tape_read_time_seconds_total{device="st0"} 2.5',
    ]);
  });

  it("tapestats() leaves out ignored drives", async () => {
    assert.equal(await expose(tapestats(host), { collector: { tapestats: { ignoredDevices: "0$" } } }), "");
  });
});
