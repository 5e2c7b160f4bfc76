import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { nameRepository } from "./package_files.ts";

describe("nameRepository()", () => {
  it("adds what npm compares with the provenance, and changes nothing else", () => {
    const files = new Map([["package.json", '{ "name": "a", "version": "1.0.0" }'], ["a.js", "a"]]);
    nameRepository(files, "https://example.com/owner/name");
    assert.deepEqual(JSON.parse(files.get("package.json") ?? ""), {
      name: "a",
      version: "1.0.0",
      repository: { type: "git", url: "git+https://example.com/owner/name.git" },
    });
    assert.equal(files.get("a.js"), "a");
  });
});
