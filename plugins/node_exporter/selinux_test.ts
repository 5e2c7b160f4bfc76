import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { parseConfigMode, selinux } from "./selinux.ts";

describe("parseConfigMode", () => {
  it("parseConfigMode() reads the mode as a number", () => {
    const modes = { "SELINUX=enforcing\n": 1, "# SELINUX=enforcing\nSELINUX=permissive": 0, "SELINUX = disabled": -1 };
    for (const [config, mode] of Object.entries(modes)) assert.equal(parseConfigMode(config), mode, config);
  });

  it("parseConfigMode() takes anything else for disabled", () => {
    for (const config of ["", "SELINUXTYPE=targeted\n", "SELINUX=maybe", "SELINUX=constructor"]) {
      assert.equal(parseConfigMode(config), -1, config);
    }
  });
});

describe("selinux", () => {
  const files = {
    "/sys/fs/selinux/enforce": "1",
    "/proc/self/attr/current": "system_u:system_r:init_t:s0\0",
    "/etc/selinux/config": "SELINUX=permissive\n",
  };

  it("selinux() exposes the modes where it is on", async () => {
    assert.deepEqual(samples(await expose(selinux(fakeHost(files)))).sort(), [
      "node_selinux_config_mode 0",
      "node_selinux_current_mode 1",
      "node_selinux_enabled 1",
    ]);
  });

  it("selinux() says that it is off, without files or without a policy", async () => {
    for (const off of [{}, { ...files, "/proc/self/attr/current": "kernel\0" }]) {
      assert.deepEqual(samples(await expose(selinux(fakeHost(off)))), ["node_selinux_enabled 0"]);
    }
  });
});
