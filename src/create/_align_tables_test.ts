import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { alignTables } from "./_align_tables.ts";

describe("alignTables()", () => {
  it("makes columns as wide as their widest cell, and leaves all else as it is", () => {
    const text = "# T\n\n| a | long name |\n| --------- | -- |\n| `wide cell` | |\n\na | b\n\n| x |\n| - |\n";
    assert.equal(
      alignTables(text),
      "# T\n\n| a           | long name |\n| ----------- | --------- |\n| `wide cell` |           |\n\na | b\n\n| x   |\n| --- |\n",
    );
  });
});
