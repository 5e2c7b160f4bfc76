import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { exporterWith } from "./_testing.ts";
import { labelName, programName } from "./names.ts";

const NAMES = [["node", "node_exporter", "node-exporter"], [
  "my-app_x",
  "my_app_x_exporter",
  "my-app-x-exporter",
]] as const;

for (const [name, program, label] of NAMES) {
  describe(`the exporter ${name}`, () => {
    it(`is ${program} as a program and ${label} as a label`, () => {
      const exporter = exporterWith({ name, namespace: "x" });
      assert.deepEqual([programName(exporter), labelName(exporter)], [program, label]);
    });
  });
}
