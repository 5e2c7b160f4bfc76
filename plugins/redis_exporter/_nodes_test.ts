import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { clusterOf, type Node, primariesOf, redirection } from "./_nodes.ts";
import { fakeRedis, refused } from "./_testing.ts";

describe("clusterOf()", () => {
  const signal = new AbortController().signal;

  it("asks the node that has the key, and connects to it once", async () => {
    const first = fakeRedis({ "GET a": "1", "GET b": refused("MOVED 3300 10.0.0.2:6379") });
    const second = fakeRedis({ "GET b": "2" });
    const connected: Node[] = [];
    const cluster = clusterOf({
      first,
      connect(node) {
        connected.push(node);
        return Promise.resolve(second);
      },
    });
    assert.equal(await cluster.send(["GET", "a"], signal), "1");
    assert.equal(await cluster.send(["GET", "b"], signal), "2");
    assert.equal(await cluster.send(["GET", "b"], signal), "2");
    assert.deepEqual(connected, [{ host: "10.0.0.2", port: 6379 }]);
  });

  it("asks once where a key is on its way, and says so there", async () => {
    const first = fakeRedis({ "GET b": refused("ASK 3300 10.0.0.2:6379") });
    const second = fakeRedis({ ASKING: "OK", "GET b": "2" });
    const cluster = clusterOf({ first, connect: () => Promise.resolve(second) });
    assert.equal(await cluster.send(["GET", "b"], signal), "2");
    assert.deepEqual(second.asked, ["ASKING", "GET b"]);
  });

  it("fails as the node does", async () => {
    const cluster = clusterOf({
      first: fakeRedis({ "GET a": refused("CLUSTERDOWN The cluster is down") }),
      connect: () => Promise.reject(new Error("nobody is asked")),
    });
    await assert.rejects(cluster.send(["GET", "a"], signal), { code: "CLUSTERDOWN" });
  });
});

describe("redirection()", () => {
  it("reads hosts of every kind, and no other error", () => {
    assert.deepEqual(redirection("MOVED 1 ::1:6381"), { node: { host: "::1", port: 6381 }, isOnce: false });
    assert.deepEqual(redirection("MOVED 1 :6381"), { node: { host: undefined, port: 6381 }, isOnce: false });
    assert.deepEqual(redirection("ASK 1 h:6381"), { node: { host: "h", port: 6381 }, isOnce: true });
    assert.equal(redirection("ERR MOVED 1 h:6381"), undefined);
  });
});

describe("primariesOf()", () => {
  it("names each primary once, and no replica", () => {
    const slots = [
      [0, 99, ["10.0.0.1", 6379, "id1", []], ["10.0.0.9", 6379, "id9", []]],
      [100, 199, ["10.0.0.1", 6379, "id1", []]],
      [200, 299, ["", 6380, "id2", []]],
      [300, 399, [null, 6381, "id3", []]],
    ];
    assert.deepEqual(primariesOf(slots), [
      { host: "10.0.0.1", port: 6379 },
      { host: undefined, port: 6380 },
      { host: undefined, port: 6381 },
    ]);
  });
});
