import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { markdownTable } from "./_markdown_table.ts";

describe("markdownTable()", () => {
  it("is Markdown, whatever the texts say", () => {
    assert.deepEqual(
      markdownTable(["name", "meaning"], [["`a<b>`", "From <file> | other.\nTwice."], ["b", ""]]).split("\n"),
      [
        "| name   | meaning                        |",
        "| ------ | ------------------------------ |",
        "| `a<b>` | From \\<file\\> \\| other. Twice. |",
        "| b      |                                |",
      ],
    );
  });
});
