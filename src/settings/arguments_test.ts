import { describe, it } from "node:test";
import assert from "node:assert/strict";
import * as v from "valibot";
import { alias } from "./alias.ts";
import { readArguments } from "./arguments.ts";
import { Secret, secret } from "./secret.ts";
import { settingsOf } from "./setting.ts";

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
const settings = settingsOf(schema);

/** What `/run/secrets/key` holds, and nothing else does. */
function readFile(path: string): string {
  if (path !== "/run/secrets/key") throw new Error(`no file "${path}"`);
  return " s3cret\n";
}

function valuesOf(...args: string[]): Record<string, unknown> {
  const { given, problems } = readArguments(args, settings, readFile);
  assert.deepEqual(problems, []);
  return Object.fromEntries(given.map(({ path, value }) => [path.join("."), value]));
}

function problemsOf(...args: string[]): readonly string[] {
  return readArguments(args, settings, readFile).problems;
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
    [["--max-connections", "5"], { maxConnections: 5 }],
    [["--max-connections=-5"], { maxConnections: -5 }],
    [["--max-connections", "1e2"], { maxConnections: 100 }],
    [["--verbose"], { verbose: true }],
    [["--verbose", "--city", "Rome"], { verbose: true, city: "Rome" }],
    [["--verbose=false"], { verbose: false }],
    [["--verbose=true"], { verbose: true }],
    [["--verbose=1"], { verbose: true }],
    [["--verbose=FALSE"], { verbose: false }],
    [["--no-verbose"], { verbose: false }],
    [["--no-verbose", "--verbose"], { verbose: true }],
    [["--level", "high"], { level: "high" }],
    [["--names", "a", "--names=b", "--names", "a"], { names: ["a", "b", "a"] }],
    [["--tls.ca-file", "/etc/ca.pem"], { "tls.caFile": "/etc/ca.pem" }],
    [["-city", "Rome"], { city: "Rome" }],
    [["-tls.ca-file=/etc/ca.pem", "-no-verbose"], { "tls.caFile": "/etc/ca.pem", verbose: false }],
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
    const { given, problems } = readArguments(["--ciyt=x", "--level=mid", "--city=Rome"], settings, readFile);
    assert.equal(problems.length, 2);
    assert.deepEqual(given, [{ path: ["city"], value: "Rome", origin: "Flag --city" }]);
  });

  it("refuses --no-verbose=true: it would say two things at once", () => {
    assert.match(problemsOf("--no-verbose=true")[0]!, /^Unknown flag --no-verbose/);
  });

  it("takes a flag that is itself named no-... for what it is", () => {
    const own = settingsOf(v.object({ noVerbose: v.optional(v.boolean()), verbose: v.optional(v.boolean()) }));
    const [first, ...more] = readArguments(["--no-verbose"], own, readFile).given;
    assert.deepEqual([first!.path, first!.value, more], [["noVerbose"], true, []]);
  });

  describe("for secrets", () => {
    const own = settingsOf(v.object({ key: secret(), file: v.optional(v.string()) }));

    it("reads the text, or the file that holds it", async () => {
      for (const arg of ["--key=s3cret", "--key-file=/run/secrets/key"]) {
        const { given: [given] } = readArguments([arg], own, readFile);
        assert.ok(given!.value instanceof Secret);
        assert.equal(await given!.value.read(), "s3cret");
      }
    });

    it("says which file cannot be read", () => {
      assert.deepEqual(readArguments(["--key-file=/nowhere"], own, readFile).problems, [
        'Flag --key-file: cannot read the secret: no file "/nowhere"',
      ]);
    });

    it("takes no file for other settings", () => {
      assert.match(readArguments(["--file-file=x"], own, readFile).problems[0]!, /^Unknown flag --file-file/);
    });
  });
});

describe("readArguments() of a setting with other names", () => {
  const named = settingsOf(v.object({
    globalStatus: v.optional(v.pipe(v.boolean(), alias({ flag: ["collect.global_status", "status"] })), true),
    password: v.pipe(secret(), alias({ flag: "redis.password" })),
    names: v.optional(v.pipe(v.array(v.string()), alias({ flag: "name" }))),
  }));
  const read = (...args: string[]) => readArguments(args, named, readFile);

  it("takes them as its own, the last one counts", () => {
    for (const flag of ["--global-status", "--collect.global_status", "-status"]) {
      assert.deepEqual(read(flag).given.map(({ path, value }) => [path, value]), [[["globalStatus"], true]]);
    }
    assert.equal(read("--no-collect.global_status").given[0]?.value, false);
    assert.deepEqual(read("--status", "--no-global-status").given.map(({ value }) => value), [true, false]);
  });

  it("gathers the values of a list whatever they are called", () => {
    assert.deepEqual(read("--name=a", "--names=b").given[0]?.value, ["a", "b"]);
  });

  it("reads the file of a secret", async () => {
    const { given: [password] } = read("--redis.password-file=/run/secrets/key");
    assert.equal(await (password?.value as Secret).read(), "s3cret");
  });

  it("suggests them to those who are near", () => {
    assert.deepEqual(read("--collect.global_statu").problems, [
      "Unknown flag --collect.global_statu, did you mean --collect.global_status?",
    ]);
  });
});
