import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { arp, parseArp } from "./arp.ts";

const HEADER = "IP address       HW type     Flags       HW address            Mask     Device\n";
const ENTRY = "192.0.2.1        0x1         0x2         02:fc:00:00:00:05     *        eth0\n";

describe("parseArp", () => {
  it("parseArp() counts entries per device", () => {
    assert.deepEqual([...parseArp(HEADER + ENTRY + ENTRY + ENTRY.replace("eth0", "wlan0"))], [["eth0", 2], [
      "wlan0",
      1,
    ]]);
  });

  it("parseArp() finds nothing in an empty table", () => {
    assert.equal(parseArp(HEADER).size, 0);
    assert.equal(parseArp("").size, 0);
  });

  it("parseArp() rejects a truncated line", () => {
    assert.throws(() => parseArp(`${HEADER}${ENTRY}192.0.2.9 0x1`), {
      name: "SyntaxError",
      message: 'Cannot read /proc/net/arp: line 3 is "192.0.2.9 0x1", expected 6 fields',
    });
  });
});

describe("arp", () => {
  const host = fakeHost({ "/proc/net/arp": HEADER + ENTRY + ENTRY.replace("eth0", "wlan0") });

  it("arp() leaves out excluded devices", async () => {
    const exposition = await expose(arp(host), { collector: { arp: { deviceExclude: "^wl" } } });
    assert.deepEqual(samples(exposition), ['node_arp_entries{device="eth0"} 1']);
  });

  it("arp() exposes included devices only", async () => {
    const exposition = await expose(arp(host), { collector: { arp: { deviceInclude: "^wl" } } });
    assert.deepEqual(samples(exposition), ['node_arp_entries{device="wlan0"} 1']);
  });
});
