import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { helpText, readArguments, UsageError } from "./arguments.ts";

describe("readArguments()", () => {
  it("leaves open what is not said", () => {
    assert.deepEqual(readArguments([]), { port: 9876, yes: false, help: false });
  });

  it("reads all that can be said, in any order", () => {
    const args = ["--template=http", "-y", "there", "--runtime", "bun", "--name=q", "--port=1", "--core=^2", "--help"];
    assert.deepEqual(readArguments(args), {
      folder: "there",
      name: "q",
      template: "http",
      runtime: "bun",
      core: "^2",
      port: 1,
      yes: true,
      help: true,
    });
  });

  const wrong: [args: string[], message: RegExp][] = [
    [["a", "b"], /^one folder at a time, got a, b$/],
    [["--template=htp"], /^--template: there is no "htp", only http, probe, scheduled, blank$/],
    [["--runtime=toString"], /^--runtime: there is no "toString", only deno, node, bun, workers$/],
    [["--name=My-Queue"], /^--name: "My-Queue" cannot begin /],
    [["--port=65536"], /^--port: got "65536", expected a number from 1 to 65535$/],
    [["--port=1e3"], /^--port: got "1e3"/],
    [["--core="], /^--core: got "", expected versions such as \^1\.2\.0, or the path of a \.tgz$/],
    [["--core=../core"], /^--core: got "\.\.\/core"/],
    [[""], /^FOLDER is empty$/],
    [["--color"], /Unknown option '--color'/],
  ];
  for (const [args, message] of wrong) {
    it(`refuses ${JSON.stringify(args)}`, () => {
      assert.throws(() => readArguments(args), (error) => error instanceof UsageError && message.test(error.message));
    });
  }
});

describe("helpText()", () => {
  it("names every template and flag", () => {
    const text = helpText("npm create exporter");
    assert.match(text, /^Usage: npm create exporter \[FOLDER\]/);
    for (const name of ["http", "probe", "scheduled", "blank"]) assert.match(text, new RegExp(`^  ${name} +\\w`, "m"));
    for (const flag of ["template", "runtime", "name", "port", "core", "yes", "help"]) {
      assert.ok(text.includes(`--${flag}`));
    }
  });
});
