import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { loadavg, parseLoadavg } from "./loadavg.ts";

describe("parseLoadavg", () => {
  it("parseLoadavg() reads three averages", () => {
    assert.deepEqual(parseLoadavg("0.21 0.37 0.39 1/719 19737\n"), [0.21, 0.37, 0.39]);
  });

  it("parseLoadavg() rejects what has fewer", () => {
    for (const text of ["", "0.21 0.37", "0.21 0.37 1/719 19737"]) {
      assert.throws(() => parseLoadavg(text), {
        name: "SyntaxError",
        message: `Cannot read /proc/loadavg: line 1 is "${text}", expected three load averages`,
      });
    }
  });
});

describe("loadavg", () => {
  it("loadavg() exposes the averages of the procfs it is told to read", async () => {
    const host = fakeHost({ "/host/proc/loadavg": "1.5 2.25 3 1/7 9\n" });
    const exposition = await expose(loadavg(host), { path: { procfs: "/host/proc" } });
    assert.deepEqual(samples(exposition).sort(), ["node_load1 1.5", "node_load15 3", "node_load5 2.25"]);
  });
});
