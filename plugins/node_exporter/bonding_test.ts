import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { bonding, parseNames } from "./bonding.ts";

describe("parseNames", () => {
  it("parseNames() splits at white space", () => {
    assert.deepEqual(parseNames("bond0 bond1\n"), ["bond0", "bond1"]);
    assert.deepEqual(parseNames("\n"), []);
  });
});

describe("bonding", () => {
  it("bonding() leaves out a device that has left, and a bond that has vanished", async () => {
    const host = fakeHost({
      "/sys/class/net/bonding_masters": "bond0 gone\n",
      "/sys/class/net/bond0/bonding/slaves": "eth0 eth1\n",
      "/sys/class/net/bond0/lower_eth0/bonding_slave/mii_status": "up\n",
    });
    assert.deepEqual(samples(await expose(bonding(host))), [
      'node_bonding_active{master="bond0"} 1',
      'node_bonding_slaves{master="bond0"} 1',
    ]);
  });
});
