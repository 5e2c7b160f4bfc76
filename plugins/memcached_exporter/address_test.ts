import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseAddress, shownAddress } from "./address.ts";

describe("parseAddress()", () => {
  const cases: [text: string, expected: ReturnType<typeof parseAddress>][] = [
    ["localhost:11211", { host: "localhost", port: 11211 }],
    ["10.0.0.5:11212", { host: "10.0.0.5", port: 11212 }],
    ["cache.example", { host: "cache.example", port: 11211 }],
    ["[::1]:11212", { host: "::1", port: 11212 }],
    ["[fe80::1]", { host: "fe80::1", port: 11211 }],
    ["/run/memcached.sock", { path: "/run/memcached.sock" }],
    ["./memcached.sock", { path: "./memcached.sock" }],
    ["::1", undefined],
    ["localhost:", undefined],
    ["localhost:0", undefined],
    ["localhost:65536", undefined],
    ["localhost:eleven", undefined],
    ["two words", undefined],
    ["", undefined],
  ];
  for (const [text, expected] of cases) {
    it(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(parseAddress(text), expected));
  }
});

describe("shownAddress()", () => {
  for (const text of ["localhost:11211", "[::1]:11212", "/run/memcached.sock"]) {
    it(`shows ${text}`, () => assert.equal(shownAddress(parseAddress(text)!), text));
  }
});
