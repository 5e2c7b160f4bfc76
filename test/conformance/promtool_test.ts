import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { counter, gauge } from "@exporterkit/core";
import { encode, negotiate } from "@exporterkit/core/exposition";
import { Registry } from "@exporterkit/core/metrics";
import { needsProgram } from "../_programs.ts";
import { expositionOf, oddCorpus, tidyCorpus } from "./_corpus.ts";

const promtool = needsProgram("promtool", "apt-get install -y prometheus");

/** What `promtool check metrics` says of a text, and how it ends: 0 content, 1 unreadable, 3 not to its taste. */
function check(exposition: Uint8Array | string): { status: number | null; says: string } {
  const { status, stdout, stderr, error } = spawnSync("promtool", ["check", "metrics"], {
    input: exposition,
    encoding: "utf8",
  });
  assert.equal(error, undefined);
  return { status, says: stdout + stderr };
}

/** It reads text 0.0.4 only, and knows no UTF-8 names (2.42). */
describe("promtool check metrics", () => {
  it("has nothing to say about one of every type", promtool, () => {
    assert.deepEqual(check(expositionOf(tidyCorpus(), "text")), { status: 0, says: "" });
  });

  it("has nothing to say about odd labels, helps and numbers", promtool, () => {
    assert.deepEqual(check(expositionOf(oddCorpus(), "text")), { status: 0, says: "" });
  });

  it("reads names that are not to its taste", promtool, () => {
    const registry = new Registry();
    registry.add(counter("jobs", "A counter without its suffix."));
    registry.add(gauge("busy_total", "A gauge with a counter's suffix."));
    const { status, says } = check(encode(registry.snapshots(), negotiate(null)));
    assert.deepEqual([status, says.trim().split("\n").sort()], [3, [
      'busy_total non-counter metrics should not have "_total" suffix',
      'jobs counter metrics should have "_total" suffix',
    ]]);
  });

  const broken = {
    "a value that is no number": "x one\n",
    "an unknown type": "# TYPE x info\nx 1\n",
    "an open label": 'x{a="1} 1\n',
    "no last line feed": "x 1",
  };
  for (const [what, text] of Object.entries(broken)) {
    it(`would find ${what}`, promtool, () => assert.equal(check(text).status, 1));
  }
});
