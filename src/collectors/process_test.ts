import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { encode } from "../exposition/encode.ts";
import { negotiate } from "../exposition/negotiate.ts";
import { Registry } from "../metrics/registry.ts";
import { addProcessMetrics, type ProcessStats } from "./process.ts";

/** Name and value of each sample. */
function samples(registry: Registry): string[] {
  const text = new TextDecoder().decode(encode(registry.snapshots(), negotiate(null)));
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

describe("addProcessMetrics()", () => {
  it("shows everything that the runtime can tell, anew with each reading", () => {
    let stats: ProcessStats = {
      cpuSeconds: 1.25,
      openFds: 10,
      maxFds: 1024,
      virtualBytes: 5e9,
      maxVirtualBytes: -1,
      residentBytes: 1e8,
      startSeconds: 1.7e9,
    };
    const registry = new Registry();
    const update = addProcessMetrics(registry, () => stats);
    update();
    assert.deepEqual(samples(registry), [
      "process_cpu_seconds_total 1.25",
      "process_max_fds 1024",
      "process_open_fds 10",
      "process_resident_memory_bytes 1e+08",
      "process_start_time_seconds 1.7e+09",
      "process_virtual_memory_bytes 5e+09",
      "process_virtual_memory_max_bytes -1",
    ]);
    stats = { ...stats, cpuSeconds: 2, openFds: 11 };
    assert.ok(samples(registry).includes("process_open_fds 10"));
    update();
    assert.ok(samples(registry).includes("process_cpu_seconds_total 2"));
    assert.ok(samples(registry).includes("process_open_fds 11"));
  });

  it("leaves out what the runtime cannot tell", () => {
    const registry = new Registry();
    addProcessMetrics(registry, () => ({ residentBytes: 0 }))();
    assert.deepEqual(samples(registry), ["process_resident_memory_bytes 0"]);
    const none = new Registry();
    addProcessMetrics(none, () => ({}))();
    assert.deepEqual(samples(none), []);
  });

  it("keeps the last value of what the runtime cannot tell for once", () => {
    let stats: ProcessStats = { openFds: 10 };
    const registry = new Registry();
    const update = addProcessMetrics(registry, () => stats);
    update();
    stats = {};
    update();
    assert.deepEqual(samples(registry), ["process_open_fds 10"]);
  });
});
