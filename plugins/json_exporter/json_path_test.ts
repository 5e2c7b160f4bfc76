import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DOCUMENT, PATHS } from "./_cases.ts";
import { JsonPath, UnreadableError } from "./json_path.ts";

describe("JsonPath.text()", () => {
  for (const [path, expected] of PATHS) {
    it(`makes ${JSON.stringify(expected)} of ${path}`, () => assert.equal(new JsonPath(path).text(DOCUMENT), expected));
  }

  const missing: readonly [path: string, message: string][] = [
    ["{.nowhere.at.all}", '"nowhere" is not found'],
    ["{.location.name}", '"name" is not found'],
    ["{.values.toString}", '"toString" is not found'],
    ["{.values[*].nowhere}", '"nowhere" is not found'],
    ["{.values[7]}", "[7] is not found: there are 3"],
    ["{.counter[0]}", "[0] is not found: it is no list"],
    ["{.counter[*]}", "[*] is not found: it is no list"],
    ["{..nowhere}", "..nowhere is not found"],
  ];
  for (const [path, message] of missing) {
    it(`says what ${path} does not find`, () => {
      assert.throws(() => new JsonPath(path).text(DOCUMENT), new UnreadableError(message));
    });
  }
});

describe("JsonPath.values()", () => {
  it("gives what a path selects, white space around it aside", () => {
    const path = new JsonPath(' {.values[?(@.state == "ACTIVE")]}\n');
    assert.equal(path.isSelection, true);
    assert.deepEqual(path.values(DOCUMENT).map((value) => (value as { id: string }).id), ["id-A", "id-C"]);
    assert.deepEqual(new JsonPath("{ [*] }").values([1, 2]), [1, 2]);
  });

  it("selects nothing in text, ranges or several paths", () => {
    for (const text of ["values", "{.values}{.values}", "{.values},", "{range .values[*]}{.id}{end}", ""]) {
      assert.equal(new JsonPath(text).isSelection, false, text);
    }
  });
});

describe("JsonPath.value()", () => {
  it("keeps the type of one value", () => {
    for (const [path, expected] of [["{.big}", 1657568506], ["{.nothing}", null], ["{.values[0].boolean}", true]]) {
      assert.equal(new JsonPath(path as string).value(DOCUMENT), expected);
    }
    assert.equal(new JsonPath("{.values[*].count}").value(DOCUMENT), "1 2 3");
    assert.equal(new JsonPath("{.counter}0").value(DOCUMENT), "12340");
    assert.equal(new JsonPath("1").value(DOCUMENT), "1");
  });
});

describe("new JsonPath()", () => {
  const wrong: readonly [path: string, message: string][] = [
    ["{.a", 'Cannot read JSONPath "{.a": a brace is not closed, at character 4'],
    ["{a}", 'Cannot read JSONPath "{a}": "a" stands alone, names begin with a dot, at character 3'],
    ["{.a[}", 'Cannot read JSONPath "{.a[}": a bracket is not closed, at character 4'],
    ["{.a[x]}", 'Cannot read JSONPath "{.a[x]}": [x] is no index, slice or name in quotes, at character 7'],
    ["{.a[?(@.b == 1]}", 'Cannot read JSONPath "{.a[?(@.b == 1]}": a filter is not closed with )], at character 17'],
    ["{end}", 'Cannot read JSONPath "{end}": {end} has no {range}, at character 6'],
    ["{range .a}", 'Cannot read JSONPath "{range .a}": {range} has no {end}, at character 11'],
    ["{..}", 'Cannot read JSONPath "{..}": expected a name after .., at character 4'],
    ['{"a}', 'Cannot read JSONPath "{\\"a}": a quote is not closed, at character 2'],
    ["{#}", 'Cannot read JSONPath "{#}": "#" is not expected here, at character 2'],
  ];
  for (const [path, message] of wrong) {
    it(`refuses ${path}`, () => assert.throws(() => new JsonPath(path), new SyntaxError(message)));
  }

  it("says what a filter lacks", () => {
    assert.throws(() => new JsonPath("{.a[?(@.b = 1)]}"), {
      name: "SyntaxError",
      message:
        /^Cannot read JSONPath "\{\.a\[\?\(@\.b = 1\)\]\}": \[\?\(@\.b = 1\)\] cannot be read: .*, at character 16$/,
    });
  });
});
