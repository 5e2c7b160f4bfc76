import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSettingsFile, parseSettings } from "./_settings_file.ts";

function parsed(text: string) {
  const document = parseSettings("t.yml", text);
  assert.ok(!("problems" in document), JSON.stringify(document));
  return document;
}

describe("parseSettings()", () => {
  it("reads YAML, and JSON as what it is of it", () => {
    assert.deepEqual(parsed("a: [1, x]\nb: 'true'\nc: no\n").content, { a: [1, "x"], b: "true", c: "no" });
    assert.deepEqual(parsed('{"a": {"b": [true, null]}}').content, { a: { b: [true, null] } });
    for (const empty of ["", "\n", "# nothing\n", "---\n"]) assert.equal(parsed(empty).content, null);
  });

  it("knows the line of every key and item", () => {
    const { lineOf } = parsed("a:\n  b:\n    - x\n    - c: 1\n\nd: {e: 2}\n'f g': 3\n5: 6\n");
    const lines: [path: (string | number)[], line: number][] = [
      [["a"], 1],
      [["a", "b"], 2],
      [["a", "b", 0], 3],
      [["a", "b", 1], 4],
      [["a", "b", 1, "c"], 4],
      [["d", "e"], 6],
      [["f g"], 7],
      [["5"], 8],
    ];
    for (const [path, line] of lines) assert.equal(lineOf(path), line, path.join("."));
    assert.equal(lineOf([]), 1);
  });

  it("knows what is written where there are no quotes, also what an anchor brought in", () => {
    const { textOf } = parsed("a: &x {b: 1.10, c: [0x1F, yes]}\nd: *x\n5: 007\ne: &y true\nf: *y\ng:\n");
    const texts: [path: (string | number)[], text: string | undefined][] = [
      [["a", "b"], "1.10"],
      [["a", "c", 0], "0x1F"],
      [["d", "b"], "1.10"],
      [["d", "c", 1], "yes"],
      [["5"], "007"],
      [["f"], "true"],
      [["a"], undefined],
      [["a", "nothing", 3], undefined],
    ];
    for (const [path, text] of texts) assert.equal(textOf?.(path), text, path.join("."));
  });

  it("knows the line of what an anchor brought in", () => {
    const { content, lineOf } = parsed("a: &x\n  b: 1\nc: *x\n");
    assert.deepEqual(content, { a: { b: 1 }, c: { b: 1 } });
    assert.equal(lineOf(["c", "b"]), 3);
  });

  const wrong: [text: string, problem: RegExp][] = [
    ["a: 1\na: 2\n", /^t\.yml:2:1: Map keys must be unique$/],
    ["a: [1\n", /^t\.yml:2:1: /],
    ["a: 'x\n", /^t\.yml:/],
    ["a: 1\n---\nb: 2\n", /^t\.yml:\d+:\d+: .*document/],
    ["a: *nothing\n", /^t\.yml: .*alias.*nothing/i],
    ["a: !!binary x y\nb: !made-up 1\n", /^t\.yml:\d:\d+: /],
    ["\tb: 1\n", /^t\.yml:1:\d: .*[Tt]ab/],
  ];
  for (const [text, problem] of wrong) {
    it(`says what is wrong with ${JSON.stringify(text)}`, () => {
      const document = parseSettings("t.yml", text);
      assert.ok("problems" in document);
      assert.match(document.problems[0]!, problem);
      for (const line of document.problems) assert.doesNotMatch(line, /\n/);
    });
  }

  it("refuses a file whose aliases multiply into something huge", () => {
    const levels = Array.from({ length: 12 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(10)}]`);
    const document = parseSettings("t.yml", `l0: &l0 x\n${levels.join("\n")}\n`);
    assert.ok("problems" in document);
    assert.match(document.problems[0]!, /^t\.yml: .*alias/);
  });
});

describe("openSettingsFile()", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "settings-"));
    writeFileSync(join(folder, "t.yml"), "a: 1\n");
    writeFileSync(join(folder, "key"), "s3cret");
  });
  after(() => rmSync(folder, { recursive: true }));

  it("finds what a file names beside it", () => {
    const file = openSettingsFile(join(folder, "t.yml"));
    assert.ok("document" in file);
    assert.deepEqual(file.document.content, { a: 1 });
    assert.equal(file.readFile("key"), "s3cret");
    assert.equal(file.readFile(join(folder, "key")), "s3cret");
  });

  it("says which file cannot be read", () => {
    for (const path of [join(folder, "nothing.yml"), folder]) {
      const file = openSettingsFile(path);
      assert.ok("problems" in file);
      assert.match(file.problems[0]!, /^Cannot read the settings file: E[A-Z]+: /);
    }
  });
});
