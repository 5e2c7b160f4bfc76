import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { detailed, netdev, parseNetDev } from "./netdev.ts";

const HEADER = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
`;

describe("parseNetDev", () => {
  it("parseNetDev() names the columns after the header", () => {
    const values = parseNetDev(`${HEADER}  eth0:1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n`).get("eth0")!;
    assert.equal(values.size, 16);
    assert.equal(values.get("receive_multicast"), 8);
    assert.equal(values.get("transmit_bytes"), 9);
    assert.equal(values.get("transmit_compressed"), 16);
  });

  it("parseNetDev() keeps the colon of an alias", () => {
    assert.deepEqual([...parseNetDev(`${HEADER} eth0:1: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n`).keys()], ["eth0:1"]);
  });

  it("parseNetDev() rejects a truncated line and a missing header", () => {
    assert.throws(() => parseNetDev(`${HEADER}  eth0: 1 2 3`), {
      name: "SyntaxError",
      message: 'Cannot read /proc/net/dev: line 3 is "  eth0: 1 2 3", expected a device and 16 numbers',
    });
    assert.throws(() => parseNetDev("nonsense\n"), /line 2 is "", expected a header in three parts/);
  });
});

describe("detailed", () => {
  it("detailed() names the statistics files as node_exporter does", () => {
    const names = [...detailed(new Map([["rx_crc_errors", 1], ["tx_dropped", 2], ["collisions", 3]])).keys()];
    assert.deepEqual(names, ["receive_crc_errors", "transmit_dropped", "collisions"]);
  });
});

describe("netdev", () => {
  const host = fakeHost({
    "/proc/net/dev":
      `${HEADER}  eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n  gone: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n`,
    "/sys/class/net/eth0/statistics/rx_nohandler": "17\n",
    "/sys/class/net/eth0/statistics/rx_bytes": "18\n",
    "/sys/class/net/eth0/statistics/rx_crc_errors": "19\n",
    "/sys/class/net/eth0/statistics/odd": "?\n",
  });

  it("netdev() adds receive_nohandler where sysfs has it, also when a device has vanished meanwhile", async () => {
    const lines = samples(await expose(netdev(host)));
    assert.ok(lines.includes('node_network_receive_bytes_total{device="gone"} 0'));
    assert.deepEqual(lines.filter((line) => line.includes("nohandler")), [
      'node_network_receive_nohandler_total{device="eth0"} 17',
    ]);
  });

  it("netdev() exposes sysfs's own names with enableDetailedMetrics", async () => {
    const settings = { collector: { netdev: { enableDetailedMetrics: true, deviceExclude: "gone" } } };
    assert.deepEqual(samples(await expose(netdev(host), settings)).sort(), [
      'node_network_receive_bytes_total{device="eth0"} 18',
      'node_network_receive_crc_errors_total{device="eth0"} 19',
      'node_network_receive_nohandler_total{device="eth0"} 17',
    ]);
  });
});
