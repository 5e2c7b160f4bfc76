import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expand, isPattern, parseKeys, scan } from "./_keys.ts";
import { fakeRedis } from "./_testing.ts";

const signal = new AbortController().signal;

describe("parseKeys()", () => {
  const cases: [string, [number, string][]][] = [
    ["", []],
    ["users", [[0, "users"]]],
    ["db0=users, db12=a:*,3=b", [[0, "users"], [12, "a:*"], [3, "b"]]],
    ["db0=a%2Cb%3Dc,d+e", [[0, "a,b=c"], [0, "d e"]]],
    ["db1=,,", []],
  ];
  for (const [text, keys] of cases) {
    it(`parseKeys() reads "${text}"`, () => {
      assert.deepEqual(parseKeys(text), keys.map(([database, key]) => ({ database, key })));
    });
  }

  for (const wrong of ["a=b=c", "dbx=a", "-1=a", "db0=%zz"]) {
    it(`parseKeys() refuses "${wrong}"`, () => assert.throws(() => parseKeys(wrong), { name: "SyntaxError" }));
  }
});

describe("isPattern()", () => {
  it("isPattern() knows what SCAN takes for a pattern", () => {
    assert.deepEqual(["a*", "a?", "[ab]", "user:1"].map(isPattern), [true, true, true, false]);
  });
});

describe("scan()", () => {
  it("scan() goes on until the cursor is 0, and gives what comes twice once", async () => {
    const redis = fakeRedis({
      "SCAN 0 MATCH a* COUNT 10": ["17", ["a1", "a2"]],
      "SCAN 17 MATCH a* COUNT 10": ["0", ["a2", "a3"]],
    });
    assert.deepEqual([...await scan(redis, { pattern: "a*", batchSize: 10, signal })], ["a1", "a2", "a3"]);
  });
});

describe("expand()", () => {
  it("expand() looks for patterns only, each in its database", async () => {
    const redis = fakeRedis({ "SELECT 3": "OK", "SCAN 0 MATCH f* COUNT 10": ["0", ["foo", "fox"]] });
    const keys = await expand(redis, parseKeys("a,db3=f*,db3=foo"), { batchSize: 10, signal });
    assert.deepEqual(keys.map(({ database, key }) => `${database}=${key}`), ["0=a", "3=foo", "3=fox"]);
    assert.equal(redis.asked.length, 2);
  });
});
