import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { uname } from "./uname.ts";

const KERNEL = {
  "/proc/sys/kernel/domainname": "(none)\n",
  "/proc/sys/kernel/hostname": "web-1\n",
  "/proc/sys/kernel/osrelease": "6.1.0-18-amd64\n",
  "/proc/sys/kernel/ostype": "Linux\n",
  "/proc/sys/kernel/version": "#1 SMP Debian\n",
};

describe("uname", () => {
  it("uname() exposes the names of the kernel and of the hardware", async () => {
    assert.deepEqual(samples(await expose(uname(fakeHost(KERNEL, { machine: () => "aarch64" })))), [
      'node_uname_info{domainname="(none)",machine="aarch64",nodename="web-1",release="6.1.0-18-amd64",sysname="Linux",' +
      'version="#1 SMP Debian"} 1',
    ]);
  });

  it("uname() leaves empty what may not be read", async () => {
    const host = fakeHost({ ...KERNEL, "/proc/sys/kernel/domainname": { error: "EACCES" } });
    assert.match(await expose(uname(host)), /\{domainname="",machine="x86_64",/);
  });
});
