import { describe, it } from "node:test";
import assert from "node:assert/strict";
import * as v from "valibot";
import { hostPath, isHostPath } from "./host_path.ts";
import { settingsOf } from "./setting.ts";

describe("hostPath()", () => {
  it("is found behind optional() and beside other metadata", () => {
    assert.equal(isHostPath(v.pipe(v.string(), hostPath())), true);
    assert.equal(isHostPath(v.optional(v.pipe(v.string(), hostPath(), v.description("Procfs.")), "/proc")), true);
    assert.equal(isHostPath(v.optional(v.string())), false);
  });

  it("marks a setting, and changes nothing else of it", () => {
    const [marked, plain] = settingsOf(v.object({
      a: v.optional(v.pipe(v.string(), hostPath()), "/proc"),
      b: v.optional(v.string(), "/proc"),
    }));
    assert.deepEqual(marked, { ...plain, path: ["a"], flag: "a", variable: "A", isHostPath: true });
  });
});
