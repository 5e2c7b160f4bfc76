import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { readJunit, tally, type TestResult } from "./_junit.ts";

// Reports of Deno 2.9.6, captured from small test files; only the folder's name was changed.
const MIXED = await Deno.readTextFile(new URL("testdata/junit_mixed.xml", import.meta.url));
const AWAITS = await Deno.readTextFile(new URL("testdata/junit_awaits.xml", import.meta.url));
const HOOKS = await Deno.readTextFile(new URL("testdata/junit_hooks.xml", import.meta.url));

describe("readJunit()", () => {
  it("gives one result per it and none for a describe", () => {
    assert.deepEqual(lines(readJunit(MIXED)), [
      'failed   ./a_test.ts outer <a> & "b" > inner > six fails',
      'failed   ./a_test.ts outer <a> & "b" > two fails',
      "failed   ./a_test.ts with subtests > sub two",
      "failed   ./sub/b_test.ts hooks",
      "failed   ./sub/b_test.ts hooks after",
      'passed   ./a_test.ts outer <a> & "b" > inner > deeper > seven',
      'passed   ./a_test.ts outer <a> & "b" > inner > five',
      'passed   ./a_test.ts outer <a> & "b" > one passes',
      'passed   ./a_test.ts outer <a> & "b" > t.skip in body',
      "passed   ./a_test.ts top it",
      "passed   ./a_test.ts with subtests > sub one",
      "passed   ./d_test.ts plain",
      "passed   ./d_test.ts steps > st",
      "passed   ./sub/b_test.ts empty",
      "passed   ./sub/b_test.ts hooks after > x2",
      "passed   ./sub/b_test.ts one good > same name",
      "passed   ./sub/b_test.ts one good > same name",
      'skipped  ./a_test.ts outer <a> & "b" > four skipped',
      'skipped  ./a_test.ts outer <a> & "b" > three skipped',
      'skipped  ./a_test.ts outer <a> & "b" > todo',
      'skipped  ./a_test.ts outer <a> & "b" > todo failing',
      "skipped  ./a_test.ts skipped suite",
      "skipped  ./a_test.ts skipped suite 2",
      "skipped  ./a_test.ts top skipped",
      "skipped  ./d_test.ts plain ignored",
      "skipped  ./d_test.ts steps > ig",
    ]);
  });

  it("counts a describe whose hook or body threw, beside the tests that ran in it", () => {
    const outer = readJunit(HOOKS).filter(({ name }) => name.startsWith("outer > inner"));
    assert.deepEqual(lines(outer), [
      "failed   - outer > inner after",
      "failed   - outer > inner before",
      "failed   - outer > inner each > n3",
      "failed   - outer > inner throws",
      "passed   - outer > inner after > n2",
      "skipped  - outer > inner skipped",
    ]);
  });

  it("names no file for a title that two files use", () => {
    const files = readJunit(HOOKS).filter(({ name }) => name.startsWith("outer > ")).map(({ file }) => file);
    assert.deepEqual([...new Set(files)], [undefined]);
  });

  it("finds the members of a group in whatever suite they were filed", () => {
    assert.deepEqual(lines(readJunit(AWAITS)), [
      "failed   ./net_test.ts server > first > deep > fails",
      "passed   ./net_test.ts server > first > answers",
      "passed   ./net_test.ts server > first > deep > answers",
      "passed   ./net_test.ts server > second > answers",
      "skipped  ./net_test.ts server > second > is skipped",
    ]);
  });

  it("keeps the order of concurrent groups", () => {
    const conc = readJunit(HOOKS).filter(({ name }) => name.startsWith("conc > c"));
    assert.deepEqual(conc.map(({ name }) => name), [
      "conc > c1 > slow",
      "conc > c1 > s2",
      "conc > c2 > q",
      "conc > c2 > q2",
    ]);
  });

  it("gives nothing for an empty or missing report", () => {
    assert.deepEqual(readJunit(""), []);
    assert.deepEqual(readJunit('<?xml version="1.0"?>\n<testsuites name="deno test" tests="0"></testsuites>\n'), []);
  });

  it("rejects an outcome without a test", () => {
    assert.throws(() => readJunit("<testsuites><skipped/></testsuites>"), {
      name: "SyntaxError",
      message: "Cannot read the JUnit report: <skipped> before any <testcase>",
    });
  });
});

describe("tally()", () => {
  it("counts by outcome", () => {
    assert.deepEqual(tally(readJunit(MIXED)), { passed: 12, failed: 5, skipped: 9 });
  });
});

function lines(results: readonly TestResult[]): string[] {
  return results.map(({ file, name, outcome }) => `${outcome.padEnd(8)} ${file ?? "-"} ${name}`).sort();
}
