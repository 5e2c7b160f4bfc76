import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { exporterWith } from "../../_testing.ts";
import { HEAP_FLAGS } from "../../heap_flags.ts";
import { nodeFlags } from "./flags.ts";

const OWN = [...HEAP_FLAGS, "--permission", "--allow-fs-read=/proc/self", "--allow-fs-read=/proc/stat"];

describe("nodeFlags()", () => {
  it("lets an exporter read what the framework does, and what it declares", () => {
    assert.deepEqual(nodeFlags(exporterWith()), OWN);
    assert.deepEqual(nodeFlags(exporterWith({ permissions: { read: ["/srv/a b"] } })), [
      ...OWN,
      "--allow-fs-read=/srv/a b",
    ]);
    assert.deepEqual(nodeFlags(exporterWith({ permissions: { read: ["/"] } })), [
      ...HEAP_FLAGS,
      "--permission",
      "--allow-fs-read=*",
    ]);
  });

  it("lets an exporter start programs only if it declares some", () => {
    assert.deepEqual(nodeFlags(exporterWith({ permissions: { run: ["smartctl"] } })), [
      ...OWN,
      "--allow-child-process",
    ]);
  });
});
