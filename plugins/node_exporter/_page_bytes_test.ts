import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pageBytes, parsePageBytes } from "./_page_bytes.ts";
import { fakeHost } from "./_testing.ts";

describe("parsePageBytes", () => {
  it("parsePageBytes() divides a process's size by its pages, also when it grew meanwhile", () => {
    assert.equal(parsePageBytes("1000 1 1", "VmSize:\t    4000 kB\n"), 4096);
    assert.equal(parsePageBytes("1000 1 1", "VmSize:\t    4400 kB\n"), 4096);
    assert.equal(parsePageBytes("1000 1 1", "VmSize:\t   16000 kB\n"), 16384);
  });

  it("parsePageBytes() knows nothing of a kernel thread, which has no size", () => {
    assert.equal(parsePageBytes("0 0 0", "Name:\tkthreadd\n"), undefined);
    assert.equal(parsePageBytes("", ""), undefined);
  });
});

describe("pageBytes", () => {
  it("pageBytes() takes the first process where it cannot see itself", async () => {
    const host = fakeHost({ "/p/1/statm": "10 1", "/p/1/status": "VmSize:\t640 kB\n" });
    assert.equal(await pageBytes(host, "/p"), 65536);
  });

  it("pageBytes() assumes 4096 where nothing can be seen", async () => {
    assert.equal(await pageBytes(fakeHost({}), "/proc"), 4096);
  });
});
