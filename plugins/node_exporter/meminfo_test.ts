import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost } from "./_testing.ts";
import { meminfo, parseMeminfo } from "./meminfo.ts";

describe("parseMeminfo", () => {
  it("parseMeminfo() turns kB into bytes and brackets into names", () => {
    assert.deepEqual(parseMeminfo("MemFree:         2 kB\nActive(anon):  0 kB\nHugePages_Free:  3\n"), [
      { field: "MemFree", name: "MemFree_bytes", value: 2048 },
      { field: "Active(anon)", name: "Active_anon_bytes", value: 0 },
      { field: "HugePages_Free", name: "HugePages_Free", value: 3 },
    ]);
  });

  it("parseMeminfo() rejects a truncated line", () => {
    assert.throws(() => parseMeminfo("MemTotal: 16 kB\nMemFr"), {
      name: "SyntaxError",
      message: 'Cannot read /proc/meminfo: line 2 is "MemFr", expected a line such as "MemFree: 1234 kB"',
    });
    assert.throws(() => parseMeminfo("MemFree: many kB\n"), SyntaxError);
  });
});

describe("meminfo", () => {
  it("meminfo() names the file that it cannot understand", async () => {
    const host = fakeHost({ "/host/proc/meminfo": "nonsense\n" });
    await assert.rejects(
      expose(meminfo(host), { path: { procfs: "/host/proc" } }),
      /^SyntaxError: Cannot read \/host\/proc/,
    );
  });

  it("meminfo() calls a total a counter", async () => {
    const exposition = await expose(meminfo(fakeHost({ "/proc/meminfo": "Odd_total: 5\n" })));
    assert.equal(
      exposition,
      "# HELP node_memory_Odd_total Field Odd_total of /proc/meminfo.\n# TYPE node_memory_Odd_total counter\n" +
        "node_memory_Odd_total 5\n",
    );
  });
});
