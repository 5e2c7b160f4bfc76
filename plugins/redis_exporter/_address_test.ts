import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseAddress } from "./_address.ts";

describe("parseAddress()", () => {
  const cases: [string, object][] = [
    ["redis://localhost:6379", { host: "localhost", port: 6379, tls: false, shown: "localhost:6379" }],
    ["localhost", { host: "localhost", port: 6379, tls: false, shown: "localhost:6379" }],
    ["10.0.0.1:7000", { host: "10.0.0.1", port: 7000, tls: false, shown: "10.0.0.1:7000" }],
    ["rediss://cache.example:6380/2", { host: "cache.example", port: 6380, tls: true, shown: "cache.example:6380" }],
    ["valkeys://cache.example", { host: "cache.example", port: 6379, tls: true, shown: "cache.example:6379" }],
    ["redis://[::1]:6379", { host: "::1", port: 6379, tls: false, shown: "[::1]:6379" }],
    ["redis://u%40x:s3%2Fcret@h:1", {
      host: "h",
      port: 1,
      tls: false,
      user: "u@x",
      password: "s3/cret",
      shown: "h:1",
    }],
    ["redis://:s3cret@h", { host: "h", port: 6379, tls: false, password: "s3cret", shown: "h:6379" }],
    ["unix:///run/redis.sock", { path: "/run/redis.sock", tls: false, shown: "/run/redis.sock" }],
    ["/run/redis.sock", { path: "/run/redis.sock", tls: false, shown: "/run/redis.sock" }],
  ];
  for (const [text, address] of cases) {
    it(`parseAddress() reads ${text}`, () => assert.deepEqual(parseAddress(text), address));
  }

  for (const wrong of ["", "http://localhost", "redis://", "redis://h:port"]) {
    it(`parseAddress() refuses ${JSON.stringify(wrong)}, and does not repeat it`, () => {
      assert.throws(() => parseAddress(wrong), {
        name: "TypeError",
        message: "Cannot read the address of Redis: expected one such as redis://localhost:6379",
      });
    });
  }
});
