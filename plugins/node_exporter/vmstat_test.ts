import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost } from "./_testing.ts";
import { parseVmstat, vmstat } from "./vmstat.ts";

describe("parseVmstat", () => {
  it("parseVmstat() reads names and numbers", () => {
    assert.deepEqual(parseVmstat("pgfault 12\nnr_dirty_threshold -1\n"), [["pgfault", 12], ["nr_dirty_threshold", -1]]);
  });

  it("parseVmstat() rejects a truncated line", () => {
    assert.throws(() => parseVmstat("pgfault 12\npgma"), {
      name: "SyntaxError",
      message: 'Cannot read /proc/vmstat: line 2 is "pgma", expected a line such as "pgfault 1234"',
    });
  });
});

describe("vmstat", () => {
  it("vmstat() exposes the fields that are asked for, as untyped", async () => {
    const host = fakeHost({ "/proc/vmstat": "nr_mlock 3\npgfault 12\n" });
    assert.equal(
      await expose(vmstat(host), { collector: { vmstat: { fields: "(?i)^NR_" } } }),
      "# HELP node_vmstat_nr_mlock Field nr_mlock of /proc/vmstat.\n# TYPE node_vmstat_nr_mlock untyped\n" +
        "node_vmstat_nr_mlock 3\n",
    );
  });

  it("vmstat() refuses fields that are no regular expression", async () => {
    const settings = { collector: { vmstat: { fields: "(" } } };
    await assert.rejects(expose(vmstat(fakeHost({})), settings), /Expected a regular expression, found "\("/);
  });
});
