import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, it } from "node:test";
import { commandLine } from "./shell.ts";

describe("commandLine()", () => {
  it("is read by a shell as the words that it was made of", () => {
    const words = ["a", "--allow-fs-read=*", "it's", "two words", "$HOME", "", "[::]:1", "~", "a;b", "-"];
    const read = execFileSync("sh", ["-c", `printf '%s\\n' ${commandLine(words)}`], { encoding: "utf8" });
    assert.deepEqual(read.split("\n").slice(0, -1), words);
  });

  it("quotes only what needs it", () => {
    assert.equal(commandLine(["node", "--allow-fs-read=/proc", "x.mjs"]), "node --allow-fs-read=/proc x.mjs");
  });
});
