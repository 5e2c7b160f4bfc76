import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { parseStat, stat } from "./stat.ts";

describe("parseStat", () => {
  it("parseStat() reads totals and passes over CPUs and unknown lines", () => {
    const fields = parseStat("cpu0 1 2 3 4\nintr 42 1 0\nctxt 7\nnew_in_linux_9 x\n");
    assert.deepEqual([...fields], [["intr", [42, 1, 0]], ["ctxt", [7]]]);
  });

  it("parseStat() rejects a truncated line", () => {
    assert.throws(() => parseStat("ctxt 7\nbtime"), {
      name: "SyntaxError",
      message: 'Cannot read /proc/stat: line 2 is "btime", expected "btime" and a number',
    });
  });
});

describe("stat", () => {
  const host = fakeHost({ "/proc/stat": "ctxt 7\nsoftirq 30 10 20\n" });

  it("stat() exposes what there is", async () => {
    assert.deepEqual(samples(await expose(stat(host))), ["node_context_switches_total 7"]);
  });

  it("stat() exposes soft interrupts when told to, those that the kernel counts", async () => {
    const exposition = await expose(stat(host), { collector: { stat: { softirq: true } } });
    assert.deepEqual(samples(exposition).filter((line) => line.includes("softirq")), [
      'node_softirqs_total{vector="hi"} 10',
      'node_softirqs_total{vector="timer"} 20',
    ]);
  });
});
