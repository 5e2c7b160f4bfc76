import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { netclass, parseNetClass } from "./netclass.ts";

describe("parseNetClass", () => {
  it("parseNetClass() reads decimal and hexadecimal numbers", () => {
    const { numbers } = parseNetClass(new Map([["mtu", "1500\n"], ["flags", "0x1303\n"], ["speed", "-1\n"]]));
    assert.deepEqual(numbers, { mtu: 1500, flags: 4867, speed: -1 });
  });

  it("parseNetClass() leaves out what is missing, empty or no number", () => {
    const { numbers, texts } = parseNetClass(new Map([["mtu", ""], ["carrier", "?"], ["address", " 00:01 \n"]]));
    assert.deepEqual(numbers, {});
    assert.deepEqual(texts, { address: "00:01", broadcast: "", duplex: "", operstate: "", ifalias: "" });
  });
});

describe("netclass", () => {
  const host = fakeHost({
    "/sys/class/net/bonding_masters": "bond0\n",
    "/sys/class/net/eth0/operstate": "up\n",
    "/sys/class/net/eth0/speed": "-1\n",
    // A device that is down refuses to be asked for its link.
    "/sys/class/net/eth0/carrier": { error: "EINVAL" },
    "/sys/class/net/gone": { entries: [] },
  });

  it("netclass() leaves out files that are refused, files among the devices, and a vanished device", async () => {
    assert.deepEqual(samples(await expose(netclass(host))), [
      'node_network_info{device="eth0",address="",broadcast="",duplex="",operstate="up",ifalias=""} 1',
      'node_network_speed_bytes{device="eth0"} -125000',
      'node_network_up{device="eth0"} 1',
    ]);
  });

  it("netclass() leaves out an unknown speed with ignoreInvalidSpeed", async () => {
    const settings = { collector: { netclass: { ignoreInvalidSpeed: true } } };
    assert.doesNotMatch(await expose(netclass(host), settings), /speed/);
  });

  it("netclass() leaves out ignored devices", async () => {
    assert.equal(await expose(netclass(host), { collector: { netclass: { ignoredDevices: "^eth" } } }), "");
  });
});
