import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HostRules } from "./host_rules.ts";
import { readTarget } from "./target.ts";

const CASES: readonly [rule: string, has: readonly string[], hasNot: readonly string[]][] = [
  ["db.example.com", ["db.example.com", "DB.example.com.", "db.example.com:1"], [
    "example.com",
    "xdb.example.com",
    "db",
  ]],
  ["db.example.com:5432", ["db.example.com:5432"], ["db.example.com", "db.example.com:5433"]],
  ["*.example.com", ["a.example.com", "a.b.example.com:1"], ["example.com", "aexample.com", "example.com.evil.net"]],
  ["*.example.com:443", ["https://a.example.com/"], ["http://a.example.com/", "a.example.com"]],
  ["localhost", ["localhost", "localhost:1"], ["127.0.0.1", "a.localhost"]],
  ["127.0.0.1", ["127.0.0.1", "127.0.0.1:1", "127.1", "[::ffff:127.0.0.1]"], ["127.0.0.2", "localhost", "[::1]"]],
  ["127.0.0.1:9100", ["127.0.0.1:9100", "[::ffff:127.0.0.1]:9100"], ["127.0.0.1", "127.0.0.1:9101"]],
  ["127.0.0.0/8", ["127.9.9.9", "127.0.0.1:80"], ["128.0.0.1", "[::1]", "localhost", "[64:ff9b::7f00:1]"]],
  ["0.0.0.0/0", ["1.2.3.4", "127.0.0.1"], ["[::1]", "example.com"]],
  ["::1", ["[::1]", "[::1]:80"], ["127.0.0.1", "[::2]"]],
  ["[::1]:80", ["http://[::1]/"], ["https://[::1]/", "[::1]"]],
  ["fd00::/8", ["[fd12::1]"], ["[fc00::1]"]],
  ["64:ff9b::/96", ["[64:ff9b::7f00:1]"], ["127.0.0.1"]],
];

const WRONG = [
  "",
  "*",
  "*.",
  "*.*.com",
  "*.127.0.0.1",
  "a*.example.com",
  "127.0.0.0/33",
  "::/129",
  "a/8",
  "a:b",
  "a:0",
];

describe("HostRules", () => {
  for (const [rule, has, hasNot] of CASES) {
    it(`has what ${rule} is about`, () => {
      const rules = new HostRules([rule]);
      for (const host of has) assert.ok(rules.hasHost(readTarget(host)), `${host} is`);
      for (const host of hasNot) assert.ok(!rules.hasHost(readTarget(host)), `${host} is not`);
    });
  }

  it("has what any of its rules has, and nothing without rules", () => {
    const rules = new HostRules(["a", "10.0.0.0/8"]);
    assert.deepEqual(["a", "10.1.1.1", "b"].map((host) => rules.hasHost({ host })), [true, true, false]);
    assert.equal(new HostRules([]).hasHost({ host: "a" }), false);
  });

  for (const rule of WRONG) {
    it(`refuses ${JSON.stringify(rule)}`, () => {
      assert.throws(() => new HostRules([rule]), {
        name: "SyntaxError",
        message:
          `Cannot read ${JSON.stringify(rule)}: expected a host, an address, one of them with a port, or a range, ` +
          'such as "localhost:9200" or "127.0.0.0/8"',
      });
    });
  }
});
