import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as v from "valibot";
import { parseReply, pingArguments } from "./icmp.ts";
import { icmpModule } from "./icmp_module.ts";

const REPLIES: readonly (readonly [what: string, line: string, hopLimit: number | undefined, rttSeconds: number])[] = [
  ["iputils", "64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.663 ms", 64, 0.000663],
  ["iputils with IPv6", "36 bytes from 2001:db8::1: icmp_seq=1 ttl=52 time=12.5 ms", 52, 0.0125],
  ["BusyBox", "64 bytes from 127.0.0.1: seq=0 ttl=63 time=0.055 ms", 63, 0.000055],
  ["a payload too short for a time", "12 bytes from 127.0.0.1: icmp_seq=1 ttl=64", 64, 0],
];

describe("parseReply()", () => {
  for (const [what, line, hopLimit, rttSeconds] of REPLIES) {
    it(`reads a reply of ${what}`, () => {
      const output = `PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data.\n${line}\n\n--- 127.0.0.1 ping statistics ---\n`;
      assert.deepEqual(parseReply(output), { hopLimit, rttSeconds });
    });
  }

  it("finds none where nobody replied", () => {
    const output = "PING 192.0.2.1 (192.0.2.1) 28(56) bytes of data.\n" +
      "From 10.0.0.1 icmp_seq=1 Time to live exceeded\n\n1 packets transmitted, 0 received, 100% packet loss\n";
    assert.equal(parseReply(output), undefined);
  });
});

describe("pingArguments()", () => {
  it("asks once, for the address, with what blackbox_exporter sends", () => {
    assert.deepEqual(pingArguments("::1", v.parse(icmpModule, {})), ["-c", "1", "-n", "-s", "28", "::1"]);
  });

  it("says what the module says", () => {
    const module = v.parse(icmpModule, { payload_size: 9, ttl: 5, dont_fragment: true, source_ip_address: "10.0.0.1" });
    assert.deepEqual(pingArguments("10.0.0.2", module).join(" "), "-c 1 -n -s 9 -t 5 -M do -I 10.0.0.1 10.0.0.2");
  });
});
