import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { parseSoftnetStat, softnet } from "./softnet.ts";

const OLD = "00049279 00000001 0000000a 00000000\n0000000f 00000000 00000000 00000000\n";
const NEW = `00000001${" 00000000".repeat(11)} 00000003 00000000 00000000\n`;

describe("parseSoftnetStat", () => {
  it("parseSoftnetStat() counts lines where they do not name their CPU", () => {
    assert.deepEqual(parseSoftnetStat(OLD), [
      { cpu: 0, processed: 299641, dropped: 1, timesSqueezed: 10 },
      { cpu: 1, processed: 15, dropped: 0, timesSqueezed: 0 },
    ]);
  });

  it("parseSoftnetStat() takes the CPU that a line names", () => {
    assert.deepEqual(parseSoftnetStat(NEW), [{ cpu: 3, processed: 1, dropped: 0, timesSqueezed: 0 }]);
  });

  it("parseSoftnetStat() rejects a truncated line", () => {
    assert.throws(() => parseSoftnetStat(`${OLD}0000000f 000`), {
      name: "SyntaxError",
      message:
        'Cannot read /proc/net/softnet_stat: line 3 is "0000000f 000", expected at least three hexadecimal numbers',
    });
  });
});

describe("softnet", () => {
  it("softnet() exposes each CPU", async () => {
    assert.deepEqual(samples(await expose(softnet(fakeHost({ "/proc/net/softnet_stat": NEW })))).sort(), [
      'node_softnet_dropped_total{cpu="3"} 0',
      'node_softnet_processed_total{cpu="3"} 1',
      'node_softnet_times_squeezed_total{cpu="3"} 0',
    ]);
  });
});
