import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseProcess } from "./_proc_text.ts";

const TEXTS = {
  stat: "4711 (mem) cached) S 1 4711 4711 0 -1 4194624 1017 0 0 0 123 77 0 0 20 0 10 0 12345 430485504 1024 " +
    "18446744073709551615 1 1 0 0 0 0 0 4096 1073808643 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n",
  status: "Name:\tmemcached\nVmSize:\t  420396 kB\nVmRSS:\t    4228 kB\nThreads:\t10\n",
  limits: "Limit                     Soft Limit           Hard Limit           Units     \n" +
    "Max open files            1024                 524288               files     \n" +
    "Max address space         unlimited            unlimited            bytes     \n",
  machine: "cpu  1 2 3\nbtime 1700000000\nprocesses 5\n",
};

describe("parseProcess()", () => {
  it("reads what Linux says, also of a command with parentheses in its name", () => {
    assert.deepEqual(parseProcess(TEXTS), {
      cpuSeconds: 2,
      startSeconds: 1_700_000_123.45,
      virtualBytes: 430_485_504,
      residentBytes: 4228 * 1024,
      maxFds: 1024,
      maxVirtualBytes: 2 ** 64,
    });
  });

  for (const name of ["stat", "status", "limits", "machine"] as const) {
    it(`says what is missing of an empty ${name}`, () => {
      assert.throws(() => parseProcess({ ...TEXTS, [name]: "" }), { name: "SyntaxError", message: /is not there/ });
    });
  }
});
