import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeHealth, encodeHealthRequest } from "./grpc_health.ts";

describe("encodeHealthRequest()", () => {
  it("puts the name of the service behind the length of the message", () => {
    assert.deepEqual([...encodeHealthRequest("")], [0, 0, 0, 0, 0]);
    assert.deepEqual([...encodeHealthRequest("ab")], [0, 0, 0, 0, 4, 0x0a, 2, 97, 98]);
    assert.throws(() => encodeHealthRequest("a".repeat(128)), RangeError);
  });
});

describe("decodeHealth()", () => {
  it("reads the status, which is left out when it is unknown", () => {
    assert.equal(decodeHealth(new Uint8Array([0, 0, 0, 0, 2, 8, 1])), "SERVING");
    assert.equal(decodeHealth(new Uint8Array([0, 0, 0, 0, 2, 8, 2])), "NOT_SERVING");
    assert.equal(decodeHealth(new Uint8Array([0, 0, 0, 0, 0])), "UNKNOWN");
    assert.equal(decodeHealth(new Uint8Array()), undefined);
  });
});
