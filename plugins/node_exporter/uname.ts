import { defineCollector, gauge } from "@exporterkit/core";
import { readAttribute } from "./_attribute.ts";
import type { Host } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

/** Collects the names of the machine and of its kernel. */
export function uname(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "Names of the machine and of its kernel.",
    metrics: {
      info: gauge(
        "node_uname_info",
        "What uname(2) answers, from /proc/sys/kernel.",
        ["domainname", "machine", "nodename", "release", "sysname", "version"],
      ),
    },
    async collect({ settings, metrics }) {
      const names = await readNames(host, `${settings.path.procfs}/sys/kernel`);
      if (names.release !== "") metrics.info.set({ ...names, machine: host.machine() }, 1);
    },
  });
}

/** Reads what the kernel tells of itself; what it does not tell is empty. */
async function readNames(host: Host, folder: string) {
  const [domainname = "", nodename = "", release = "", sysname = "", version = ""] = await Promise.all(
    ["domainname", "hostname", "osrelease", "ostype", "version"].map((file) =>
      readAttribute(host, `${folder}/${file}`)
    ),
  );
  return { domainname, nodename, release, sysname, version };
}
