import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Permissions } from "../../../exporter/permissions.ts";
import { exporterWith } from "../../_testing.ts";
import { unit } from "./unit.ts";

/** The directives of a service file; of those given twice, both values. */
function directivesOf(permissions: Permissions, help = "Help."): Record<string, string> {
  const text = unit(exporterWith({ permissions, help }), { script: "t.mjs", install: ["true"] });
  const all: Record<string, string> = {};
  for (const [, key = "", value = ""] of text.matchAll(/^(\w+)=(.*)$/gm)) {
    all[key] = key in all ? `${all[key]}|${value}` : value;
  }
  return all;
}

describe("unit()", () => {
  it("lets an exporter that needs nothing do nothing but listen", () => {
    const all = directivesOf({});
    assert.equal(all.RestrictAddressFamilies, "AF_INET AF_INET6");
    assert.equal(all.InaccessiblePaths, "-/boot -/media -/mnt -/opt -/srv -/var");
    assert.deepEqual([all.ProtectHome, all.PrivateDevices, all.PrivateUsers], ["yes", "yes", "yes"]);
    assert.deepEqual([all.NoExecPaths, all.CapabilityBoundingSet], ["/", ""]);
    assert.equal(all.SystemCallFilter, "@system-service|~@privileged");
  });

  it("opens the folders that are read", () => {
    const all = directivesOf({ read: ["/srv/app/status", "/home/app", "/dev/sda", "/proc"] });
    assert.equal(all.InaccessiblePaths, "-/boot -/media -/mnt -/opt -/var");
    assert.deepEqual([all.ProtectHome, all.PrivateDevices, all.ProtectProc], ["read-only", undefined, undefined]);
    assert.match(all.ExecStart ?? "", / --allow-fs-read=\/srv\/app\/status /);
    assert.equal(directivesOf({ read: ["/"] }).InaccessiblePaths, undefined);
  });

  it("lets names be looked up for an exporter that connects, and programs run for one that starts some", () => {
    const all = directivesOf({ net: ["db:5432"], run: ["smartctl"] });
    assert.equal(all.RestrictAddressFamilies, "AF_INET AF_INET6 AF_UNIX AF_NETLINK");
    assert.equal(all.NoExecPaths, undefined);
  });

  it("gives the capability to what it starts that needs one, and lets it be given up", () => {
    const all = directivesOf({ run: ["/usr/bin/ping"] });
    assert.deepEqual([all.CapabilityBoundingSet, all.AmbientCapabilities], ["CAP_NET_RAW", "CAP_NET_RAW"]);
    assert.equal(all.PrivateUsers, undefined);
    assert.equal(all.SystemCallFilter, "@system-service|~@privileged|capset @setuid");
    const other = directivesOf({ run: ["smartctl"] });
    assert.deepEqual([other.CapabilityBoundingSet, other.PrivateUsers], ["", "yes"]);
  });

  it("lets the credentials be read that a drop-in loads", () => {
    assert.match(directivesOf({}).ExecStart ?? "", / --allow-fs-read=\/run\/credentials\/t_exporter\.service /);
  });

  it("says nothing that systemd would replace", () => {
    const all = directivesOf({ read: ["/srv/100% of $HOME"] }, "100 %\nof it.");
    assert.equal(all.Description, "Prometheus exporter: 100 %% of it.");
    assert.match(all.ExecStart ?? "", / "--allow-fs-read=\/srv\/100%% of \$\$HOME" /);
  });
});
