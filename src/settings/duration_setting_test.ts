import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as v from "valibot";
import { alias, aliasesOf } from "./alias.ts";
import { duration } from "./duration_setting.ts";
import { settingsOf } from "./setting.ts";

describe("duration()", () => {
  it("gives milliseconds", () => {
    for (
      const [text, ms] of [["0", 0], ["250us", 0.25], ["1.5s", 1500], ["1m30s", 90_000], ["1h", 3_600_000]] as const
    ) {
      assert.equal(v.parse(duration(), text), ms);
    }
  });

  for (const text of ["", "5", "5 s", "-5s", "5sec", "1d"]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      const { issues } = v.safeParse(duration(), text);
      assert.deepEqual(issues?.map(({ message }) => message), [
        'expected a duration such as "5s", "1m30s" or "500ms"',
      ]);
    });
  }

  it("is a text to flags and variables, with a description and other names as any", () => {
    const timeout = v.optional(v.pipe(duration(), alias({ variable: "TIMEOUT" }), v.description("How long.")), "5s");
    const [setting] = settingsOf(v.object({ timeout }));
    assert.deepEqual([setting?.kind, setting?.help, setting?.fallback], ["string", "How long.", "5s"]);
    assert.deepEqual(aliasesOf(timeout)?.variables, ["TIMEOUT"]);
  });
});
