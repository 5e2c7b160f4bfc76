import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseYaml } from "./web_config_yaml.ts";

describe("parseYaml()", () => {
  it("leaves scalars as they are written, and knows nothing when it sees it", () => {
    const { value, problems } = parseYaml("on: yes\n1.0: 0x10\nempty:\ntilde: ~\nnull: null\nquoted: 'null'\n");
    assert.deepEqual(problems, []);
    assert.deepEqual(value, { on: "yes", "1.0": "0x10", empty: null, tilde: null, null: null, quoted: "null" });
  });

  it("follows aliases and merges", () => {
    const { value } = parseYaml("a: &a {x: 1}\nb: *a\nc:\n  <<: *a\n  y: 2\n");
    assert.deepEqual(value, { a: { x: "1" }, b: { x: "1" }, c: { x: "1", y: "2" } });
  });

  for (const empty of ["", "\n", "# nothing\n", "---\n"]) {
    it(`finds nothing in ${JSON.stringify(empty)}`, () => {
      assert.deepEqual({ ...parseYaml(empty), lineOf: 0 }, { value: null, problems: [], lineOf: 0 });
    });
  }

  const wrong: [string, { line: number; text: string }[]][] = [
    ["a: 1\nb: 2\na: 3\n", [{ line: 3, text: "not valid YAML: got the same key a second time in a map" }]],
    ["a: 1\n---\nb: 2\n", [{ line: 2, text: "not valid YAML: got a second document, expected one" }]],
    ["a: *hunter2\n", [{ line: 1, text: "not valid YAML: got an alias without an anchor" }]],
    ["a: @hunter2\n", [{ line: 1, text: "not valid YAML: got a character that needs quotes around the value" }]],
    ["a:\n\tb: hunter2\n", [{ line: 2, text: "not valid YAML: got a tab as indentation, expected spaces" }]],
    ["[hunter2]: 1\n", [{ line: 1, text: "not valid YAML: got a list or map as a key, expected a text" }]],
  ];
  for (const [text, problems] of wrong) {
    it(`says what is wrong with ${JSON.stringify(text)} without repeating it`, () => {
      assert.deepEqual(parseYaml(text).problems, problems);
    });
  }

  it("never repeats what may be a secret, whatever is wrong", () => {
    const broken = [
      'a: "hunter2',
      "a: [hunter2",
      "a: {hunter2",
      "a: b: hunter2",
      "- x\nhunter2",
      "a: 'x' hunter2",
      "%hunter2 x",
    ];
    for (const text of broken) {
      const { problems } = parseYaml(text);
      assert.ok(problems.length > 0, text);
      assert.doesNotMatch(JSON.stringify(problems), /hunter2/);
    }
  });

  it("knows the lines of keys, and of what is around those that are missing", () => {
    const { lineOf } = parseYaml("# first\na:\n  b: 1\n  c: { d: 2 }\n");
    const paths = [["a"], ["a", "b"], ["a", "c", "d"], ["a", "x"], ["x"], ["a", "b", "x"]];
    assert.deepEqual(paths.map(lineOf), [2, 3, 4, 3, 2, 3]);
  });
});
