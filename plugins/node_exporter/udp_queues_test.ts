import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { parseUdpQueues, udpQueues } from "./udp_queues.ts";

const HEADER = "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
const SOCKET = "    0: 0A000005:4AA1 00000000:0000 07 00000015:0000000A 00:00000000 00000000     0        0 2740 1\n";

describe("parseUdpQueues", () => {
  it("parseUdpQueues() adds up hexadecimal bytes", () => {
    assert.deepEqual(parseUdpQueues(HEADER + SOCKET + SOCKET), { transmit: 42, receive: 20 });
  });

  it("parseUdpQueues() finds empty queues without sockets", () => {
    assert.deepEqual(parseUdpQueues(HEADER), { transmit: 0, receive: 0 });
  });

  it("parseUdpQueues() rejects a truncated line", () => {
    assert.throws(() => parseUdpQueues(`${HEADER}    0: 0A000005:4AA1`), {
      name: "SyntaxError",
      message:
        'Cannot read /proc/net/udp: line 2 is "    0: 0A000005:4AA1", expected tx_queue:rx_queue as the fifth field',
    });
  });
});

describe("udpQueues", () => {
  it("udpQueues() exposes IPv4 alone where IPv6 is off", async () => {
    assert.deepEqual(samples(await expose(udpQueues(fakeHost({ "/proc/net/udp": HEADER + SOCKET })))), [
      'node_udp_queues{queue="tx",ip="v4"} 21',
      'node_udp_queues{queue="rx",ip="v4"} 10',
    ]);
  });
});
