import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { parseBootSeconds, parseProcLimits, parseProcStat, parseProcStatus } from "./proc_self.ts";

const STATUS = `Name:	node
State:	S (sleeping)
VmPeak:	 1273104 kB
VmSize:	 1261984 kB
VmHWM:	   61204 kB
VmRSS:	   58120 kB
RssAnon:	   15312 kB
VmData:	   98304 kB
Threads:	11
`;

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units     
Max cpu time              unlimited            unlimited            seconds   
Max open files            1024                 524288               files     
Max address space         unlimited            unlimited            bytes     
`;

describe("parseProcStat()", () => {
  it("counts the fields after the last parenthesis of the command name", () => {
    const fields = "S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4250 1292271616 14530 18446744073709551615";
    const expected = { startSecondsSinceBoot: 42.5, virtualBytes: 1292271616, residentBytes: 14530 * 4096 };
    assert.deepEqual(parseProcStat(`17 (a) b (c) ${fields}\n`), expected);
    assert.deepEqual(parseProcStat(`17 (node) ${fields}\n`), expected);
  });
});

describe("parseBootSeconds()", () => {
  it("reads btime, and nothing without it", () => {
    assert.equal(parseBootSeconds("cpu  1 2 3\nctxt 12\nbtime 1700000000\nprocesses 9\n"), 1_700_000_000);
    assert.equal(parseBootSeconds("cpu  1 2 3\n"), undefined);
  });
});

describe("parseProcStatus()", () => {
  it("gives the three sizes in bytes", () => {
    assert.deepEqual(parseProcStatus(STATUS), {
      virtualBytes: 1261984 * 1024,
      residentBytes: 58120 * 1024,
      dataBytes: 98304 * 1024,
    });
  });

  it("leaves out what is not there", () => {
    assert.deepEqual(parseProcStatus("Name:	kthreadd\nVmRSS:	1 kB\n"), { residentBytes: 1024 });
    assert.deepEqual(parseProcStatus(""), {});
  });
});

describe("parseProcLimits()", () => {
  it("gives the soft limits, -1 for an address space without one", () => {
    assert.deepEqual(parseProcLimits(LIMITS), { maxFds: 1024, maxVirtualBytes: -1 });
    const limited = LIMITS.replace("address space         unlimited ", "address space         4294967296");
    assert.deepEqual(parseProcLimits(limited), { maxFds: 1024, maxVirtualBytes: 4294967296 });
  });

  it("leaves out what is not there", () => {
    assert.deepEqual(parseProcLimits(LIMITS.split("\n").slice(0, 2).join("\n")), {});
  });
});
