import { afterEach, describe, it, mock } from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import process from "node:process";
import { attempt, builtin, readNames, readText, runningProcess } from "./_builtins.ts";

const { getBuiltinModule } = process;

afterEach(() => {
  mock.restoreAll();
  process.getBuiltinModule = getBuiltinModule;
});

/** On Deno it cannot be mocked. */
function replaceGetBuiltinModule(replacement: unknown): void {
  Object.assign(process, { getBuiltinModule: replacement });
}

describe("runningProcess()", () => {
  it("is the process of the runtime", () => {
    assert.equal(runningProcess(), process);
  });

  it("is nothing where a process is only imitated", () => {
    mock.method(process, "uptime", () => 0);
    assert.equal(runningProcess(), undefined);
    mock.method(process, "uptime", () => {
      throw new Error("not implemented");
    });
    assert.equal(runningProcess(), undefined);
  });
});

describe("builtin()", () => {
  it("gives a module of the runtime", () => {
    assert.equal(builtin<typeof fs>("node:fs")?.readFileSync, fs.readFileSync);
  });

  it("gives nothing for a module that the runtime does not have", () => {
    assert.equal(builtin("node:no_such_module"), undefined);
  });

  it("gives nothing where the runtime throws or answers null", () => {
    replaceGetBuiltinModule(() => {
      throw new Error("not implemented");
    });
    assert.equal(builtin("node:fs"), undefined);
    replaceGetBuiltinModule(() => null);
    assert.equal(builtin("node:fs"), undefined);
  });

  it("gives nothing where the runtime cannot be asked", () => {
    replaceGetBuiltinModule(undefined);
    assert.equal(builtin("node:fs"), undefined);
  });
});

describe("readText()", () => {
  it("reads a file, and gives nothing without it", () => {
    assert.match(readText(new URL(import.meta.url).pathname) ?? "", /^import/);
    assert.equal(readText("/no/such/file"), undefined);
  });

  it("does not try what Deno would have to ask for", () => {
    mock.method(Deno.permissions, "querySync", () => ({ state: "prompt" }));
    assert.equal(readText(new URL(import.meta.url).pathname), undefined);
  });
});

describe("readNames()", () => {
  it("reads a folder, and gives nothing without it", () => {
    assert.ok(readNames(new URL(".", import.meta.url).pathname)?.includes("_builtins_test.ts"));
    assert.equal(readNames("/no/such/folder"), undefined);
  });

  it("does not try what Deno would have to ask for", () => {
    mock.method(Deno.permissions, "querySync", () => ({ state: "denied" }));
    assert.equal(readNames(new URL(".", import.meta.url).pathname), undefined);
  });
});

describe("attempt()", () => {
  it("gives what is read, and nothing if that throws", () => {
    assert.equal(attempt(() => 7), 7);
    assert.equal(
      attempt(() => {
        throw new Error("no");
      }),
      undefined,
    );
  });
});
