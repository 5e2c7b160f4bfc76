import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { addressHash, chooseAddress, resolveTarget } from "./addresses.ts";

const ANY = { preferred_ip_protocol: "ip6", ip_protocol_fallback: true } as const;

describe("chooseAddress()", () => {
  const both = ["192.0.2.1", "2001:db8::1", "2001:db8::2"];
  it("takes the first address of the preferred version", () => {
    assert.equal(chooseAddress(both, "a", ANY), "2001:db8::1");
    assert.equal(chooseAddress(both, "a", { ...ANY, preferred_ip_protocol: "ip4" }), "192.0.2.1");
  });

  it("falls back to the other version, unless the module forbids it", () => {
    assert.equal(chooseAddress(["192.0.2.1"], "a", ANY), "192.0.2.1");
    assert.throws(() => chooseAddress(["192.0.2.1"], "a", { ...ANY, ip_protocol_fallback: false }), {
      message: "Cannot probe a: it has no address of IPv6",
    });
    assert.throws(() => chooseAddress([], "a", ANY), { message: "Cannot probe a: it has no address" });
  });
});

describe("addressHash()", () => {
  // FNV-1a by its definition: draft-eastlake-fnv, 6.
  it("is FNV-1a of the bytes of an address, however it is spelled", () => {
    assert.equal(addressHash("127.0.0.1"), 3668918509);
    assert.equal(addressHash("::1"), 1751717746);
    assert.equal(addressHash("0:0:0:0:0:0:0:1"), addressHash("::1"));
    assert.equal(addressHash("2001:db8::192.0.2.1"), addressHash("2001:db8:0:0:0:0:c000:201"));
    assert.notEqual(addressHash("192.0.2.1"), addressHash("192.0.2.2"));
  });
});

describe("resolveTarget()", () => {
  function gauges() {
    const values: Record<string, number> = {};
    const gauge = (name: string) => ({ set: (value: number) => void (values[name] = value) });
    return { values, metrics: { lookupTime: gauge("lookupTime"), protocol: gauge("protocol"), hash: gauge("hash") } };
  }
  const networkOf = (resolve: () => Promise<readonly string[]>) => ({ resolve, fetch, lookup: () => () => {} });

  it("says which version the address is of, and its hash", async () => {
    const { values, metrics } = gauges();
    const network = networkOf(() => Promise.resolve(["127.0.0.1"]));
    assert.equal(await resolveTarget({ network, host: "a", metrics }, ANY), "127.0.0.1");
    assert.deepEqual([values.protocol, values.hash], [4, 3668918509]);
    assert.ok(values.lookupTime! >= 0);
  });

  it("says how long it took, also if there is no address", async () => {
    const { values, metrics } = gauges();
    const told: number[] = [];
    const network = networkOf(() => Promise.reject(new Error("no such name")));
    const resolving = { network, host: "a", metrics, resolved: (seconds: number) => told.push(seconds) };
    await assert.rejects(resolveTarget(resolving, ANY), { message: "no such name" });
    assert.deepEqual([values.protocol, values.hash, told], [0, 0, [values.lookupTime]]);
  });
});
