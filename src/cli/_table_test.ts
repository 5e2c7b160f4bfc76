import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { tableLines } from "./_table.ts";

describe("tableLines()", () => {
  it("aligns words to the left and numbers to the right", () => {
    assert.deepEqual(tableLines(["preset", "size", "start"], [["node", "9 kB", "node a"], ["bun", "100 MB", "./a"]]), [
      "preset    size  start",
      "node      9 kB  node a",
      "bun     100 MB  ./a",
    ]);
  });
});
