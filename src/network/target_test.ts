import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type HostPort, readTarget } from "./target.ts";

const TARGETS: readonly [text: string, where: HostPort][] = [
  ["example.com", { host: "example.com" }],
  ["Example.COM.", { host: "example.com" }],
  ["example.com:9100", { host: "example.com", port: 9100 }],
  ["example.com:80", { host: "example.com", port: 80 }],
  ["example.com/path?query#part", { host: "example.com" }],
  ["example.com:8080/path:1", { host: "example.com", port: 8080 }],
  ["http://example.com", { host: "example.com", port: 80 }],
  ["https://example.com/", { host: "example.com", port: 443 }],
  ["HTTPS://example.com?x", { host: "example.com", port: 443 }],
  ["https://example.com:80", { host: "example.com", port: 80 }],
  ["redis://db:6379/0", { host: "db", port: 6379 }],
  ["redis://db", { host: "db" }],
  ["redis://0x7f.1:6379", { host: "127.0.0.1", port: 6379 }],
  ["127.0.0.1:1", { host: "127.0.0.1", port: 1 }],
  ["127.1", { host: "127.0.0.1" }],
  ["2130706433", { host: "127.0.0.1" }],
  ["0x7f000001:9100", { host: "127.0.0.1", port: 9100 }],
  ["0177.0.0.01", { host: "127.0.0.1" }],
  ["127.0.0.1.", { host: "127.0.0.1" }],
  ["http://１２７.０.０.１/", { host: "127.0.0.1", port: 80 }],
  ["http://127。0。0。1/", { host: "127.0.0.1", port: 80 }],
  ["[::1]:9100", { host: "::1", port: 9100 }],
  ["[::FFFF:127.0.0.1]", { host: "::ffff:7f00:1" }],
  ["http://[0:0:0:0:0:0:0:1]/", { host: "::1", port: 80 }],
  ["bücher.example", { host: "xn--bcher-kva.example" }],
  ["localhost", { host: "localhost" }],
];

const WRONG = [
  "",
  " ",
  "/path",
  "http://",
  "http:///path",
  "http:127.0.0.1",
  "::1",
  "[::1",
  "fe80::1",
  "a b",
  "exa\tmple.com",
  "exa\nmple.com",
  "http://example.com\\@127.0.0.1",
  "http:\\\\127.0.0.1",
  "example.com:",
  "example.com:0",
  "example.com:65536",
  "example.com:1:2",
  "example.com:port",
  "256.256.256.256",
  "1.2.3.4.5",
  "a%2eb",
  "%31%32%37.1",
  "\0",
];

describe("readTarget()", () => {
  for (const [text, where] of TARGETS) {
    it(`reads ${text}`, () => assert.deepEqual(readTarget(text), where));
  }

  for (const text of WRONG) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => readTarget(text), { name: "SyntaxError", message: /^Cannot read target "/ });
    });
  }

  it("refuses credentials, and does not repeat them", () => {
    for (
      const text of ["http://me:s3cret@db/", "me:s3cret@db", "redis://:s3cret@db:1", "http://example.com@127.0.0.1"]
    ) {
      assert.throws(() => readTarget(text), {
        name: "SyntaxError",
        message: "Cannot read the target: it holds credentials, which belong in an auth module",
      });
    }
  });
});
