import { describe, it } from "node:test";
import assert from "node:assert/strict";
import * as v from "valibot";
import { readArguments, settingsFrom } from "./arguments.ts";
import { flagsOf } from "./flags.ts";

const schema = v.object({
  city: v.optional(v.string(), "Berlin"),
  maxConnections: v.optional(
    v.pipe(v.number(), v.integer("must be whole"), v.maxValue(100, "must be at most 100")),
    10,
  ),
  verbose: v.optional(v.boolean(), true),
  level: v.optional(v.picklist(["low", "high"]), "low"),
  names: v.optional(v.array(v.pipe(v.string(), v.nonEmpty("must not be empty"))), []),
  tls: v.optional(v.object({ caFile: v.optional(v.string()) }), {}),
});
const flags = flagsOf(schema);

function valuesOf(...args: string[]): Record<string, unknown> {
  const { values, problems } = readArguments(args, flags);
  assert.deepEqual(problems, []);
  return Object.fromEntries(values);
}

function problemsOf(...args: string[]): readonly string[] {
  return readArguments(args, flags).problems;
}

describe("readArguments()", () => {
  const good: [string[], Record<string, unknown>][] = [
    [[], {}],
    [["--city", "Rome"], { city: "Rome" }],
    [["--city=Rome"], { city: "Rome" }],
    [["--city="], { city: "" }],
    [["--city", ""], { city: "" }],
    [["--city=a=b --x"], { city: "a=b --x" }],
    [["--city=a\nb"], { city: "a\nb" }],
    [["--city", "Rome", "--city=Oslo"], { city: "Oslo" }],
    [["--max-connections", "5"], { "max-connections": 5 }],
    [["--max-connections=-5"], { "max-connections": -5 }],
    [["--max-connections", "1e2"], { "max-connections": 100 }],
    [["--verbose"], { verbose: true }],
    [["--verbose", "--city", "Rome"], { verbose: true, city: "Rome" }],
    [["--verbose=false"], { verbose: false }],
    [["--verbose=true"], { verbose: true }],
    [["--no-verbose"], { verbose: false }],
    [["--no-verbose", "--verbose"], { verbose: true }],
    [["--level", "high"], { level: "high" }],
    [["--names", "a", "--names=b", "--names", "a"], { names: ["a", "b", "a"] }],
    [["--tls.ca-file", "/etc/ca.pem"], { "tls.ca-file": "/etc/ca.pem" }],
  ];
  for (const [args, values] of good) {
    it(`reads ${JSON.stringify(args.join(" "))}`, () => assert.deepEqual(valuesOf(...args), values));
  }

  const bad: [string[], string[]][] = [
    [["--ciyt=Rome"], ["Unknown flag --ciyt, did you mean --city?"]],
    [["--maxConnections=5"], ["Unknown flag --maxConnections, did you mean --max-connections?"]],
    [["--max_connections=5"], ["Unknown flag --max_connections, did you mean --max-connections?"]],
    [["--tls.cafile=x"], ["Unknown flag --tls.cafile, did you mean --tls.ca-file?"]],
    [["--nothing.like.it"], ["Unknown flag --nothing.like.it, expected one of those that --help lists"]],
    [["--no-city"], ["Unknown flag --no-city, expected one of those that --help lists"]],
    [["--max-connections=many"], ['Flag --max-connections: got "many", expected a number']],
    [["--max-connections="], ['Flag --max-connections: got "", expected a number']],
    [["--max-connections", " "], ['Flag --max-connections: got " ", expected a number']],
    [["--max-connections", "NaN"], ['Flag --max-connections: got "NaN", expected a number']],
    [["--max-connections"], ["Flag --max-connections: got nothing, expected a number"]],
    [["--city"], ["Flag --city: got nothing, expected a value"]],
    [["--names"], ["Flag --names: got nothing, expected a value"]],
    [["--verbose=yes"], ['Flag --verbose: got "yes", expected true or false']],
    [["--verbose="], ['Flag --verbose: got "", expected true or false']],
    [["--level=medium"], ['Flag --level: got "medium", expected one of low, high']],
    [["Rome"], ['Unexpected argument "Rome", expected a flag such as --help']],
    [["-v"], ['Unexpected argument "-v", expected a flag such as --help']],
    [["--"], ['Unexpected argument "--", expected a flag such as --help']],
    [["--=x"], ['Unexpected argument "--=x", expected a flag such as --help']],
    [[""], ['Unexpected argument "", expected a flag such as --help']],
    [["--verbose", "false"], ['Unexpected argument "false", expected a flag such as --help']],
    [["--constructor=x"], ["Unknown flag --constructor, expected one of those that --help lists"]],
  ];
  for (const [args, problems] of bad) {
    it(`says what is wrong with ${JSON.stringify(args.join(" "))}`, () =>
      assert.deepEqual(problemsOf(...args), problems));
  }

  it("says everything that is wrong, and reads the rest", () => {
    const { values, problems } = readArguments(["--ciyt=x", "--level=mid", "--city=Rome"], flags);
    assert.equal(problems.length, 2);
    assert.deepEqual(Object.fromEntries(values), { city: "Rome" });
  });

  it("refuses --no-verbose=true: it would say two things at once", () => {
    assert.match(problemsOf("--no-verbose=true")[0]!, /^Unknown flag --no-verbose/);
  });

  it("takes a flag that is itself named no-... for what it is", () => {
    const own = flagsOf(v.object({ noVerbose: v.optional(v.boolean()), verbose: v.optional(v.boolean()) }));
    assert.deepEqual(Object.fromEntries(readArguments(["--no-verbose"], own).values), { "no-verbose": true });
  });
});

describe("settingsFrom()", () => {
  function settingsOf(...args: string[]) {
    return settingsFrom(schema, flags, readArguments(args, flags).values);
  }

  it("gives the defaults without flags", () => {
    assert.deepEqual(settingsOf(), {
      settings: { city: "Berlin", maxConnections: 10, verbose: true, level: "low", names: [], tls: {} },
      problems: [],
    });
  });

  it("puts each value where the schema has it", () => {
    assert.deepEqual(settingsOf("--max-connections=5", "--names=a", "--no-verbose", "--tls.ca-file=x").settings, {
      city: "Berlin",
      maxConnections: 5,
      verbose: false,
      level: "low",
      names: ["a"],
      tls: { caFile: "x" },
    });
  });

  it("gives an empty object without a schema", () => {
    assert.deepEqual(settingsFrom(undefined, [], new Map()), { settings: {}, problems: [] });
  });

  it("names the flag of each value that the schema refuses", () => {
    const { settings, problems } = settingsOf("--max-connections=200.5", "--names=a", "--names=");
    assert.equal(settings, undefined);
    assert.deepEqual(problems, [
      "Flag --max-connections: must be whole",
      "Flag --max-connections: must be at most 100",
      "Flag --names: must not be empty",
    ]);
  });

  it("names the flag of a nested value", () => {
    const nested = v.object({ tls: v.object({ caFile: v.pipe(v.string(), v.startsWith("/", "must be absolute")) }) });
    const values = readArguments(["--tls.ca-file=ca.pem"], flagsOf(nested)).values;
    assert.deepEqual(settingsFrom(nested, flagsOf(nested), values).problems, ["Flag --tls.ca-file: must be absolute"]);
  });

  it("names a required flag that is missing", () => {
    const required = v.object({ apiUrl: v.string() });
    const [problem] = settingsFrom(required, flagsOf(required), new Map()).problems;
    assert.match(problem!, /^Flag --api-url: /);
  });

  it("names the setting when there is no flag for it", () => {
    const odd = v.object({ when: v.date("must be a date") });
    assert.deepEqual(settingsFrom(odd, flagsOf(odd), new Map([["x", 1]])).problems.map((p) => p.slice(0, 13)), [
      "Setting when:",
    ]);
  });
});
