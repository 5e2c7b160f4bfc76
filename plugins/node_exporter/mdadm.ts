import { defineCollector, gauge } from "@exporterkit/core";
import { fieldsOf, linesOf } from "./_lines.ts";
import { malformed } from "./_malformed.ts";
import { decimal } from "./_number.ts";
import { type Host, ifPresent } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

const STATES = ["active", "inactive", "recovering", "resync", "check"] as const;

/** Reports the state of Linux software RAID. */
export function mdadm(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "State, disks and blocks of software RAID devices, from /proc/mdstat.",
    metrics: {
      state: gauge("node_md_state", "Whether the device is in the state, from /proc/mdstat.", ["device", "state"]),
      disks: gauge("node_md_disks", "Disks of the device in the state, from /proc/mdstat.", ["device", "state"]),
      disksRequired: gauge("node_md_disks_required", "Disks the device should have, from /proc/mdstat.", ["device"]),
      blocks: gauge("node_md_blocks", "Blocks of the device, from /proc/mdstat.", ["device"]),
      blocksSynced: gauge("node_md_blocks_synced", "Blocks of the device in sync, from /proc/mdstat.", ["device"]),
    },
    async collect({ settings, metrics }) {
      const path = `${settings.path.procfs}/mdstat`;
      const text = await ifPresent(host.readText(path));
      if (text === undefined) return;
      for (const { device, state, disks, disksRequired, blocks, blocksSynced } of parseMdstat(text, path)) {
        for (const each of STATES) metrics.state.set({ device, state: each }, each === state ? 1 : 0);
        for (const [each, count] of Object.entries(disks)) metrics.disks.set({ device, state: each }, count);
        metrics.disksRequired.set({ device }, disksRequired);
        metrics.blocks.set({ device }, blocks);
        metrics.blocksSynced.set({ device }, blocksSynced);
      }
    },
  });
}

/** One RAID device. */
export interface MdDevice {
  readonly device: string;
  readonly state: string;
  readonly disks: { readonly active: number; readonly failed: number; readonly spare: number };
  readonly disksRequired: number;
  readonly blocks: number;
  readonly blocksSynced: number;
}

/** Reads `/proc/mdstat`: a line per device, and indented lines that belong to it. */
export function parseMdstat(text: string, path = "/proc/mdstat"): MdDevice[] {
  const devices: MdDevice[] = [];
  const lines = linesOf(text);
  lines.forEach((line, i) => {
    if (/^\s*$|^[ \t]|^Personalities|^unused/.test(line)) return;
    const [device, colon, activity, ...others] = fieldsOf(line);
    if (device === undefined || colon !== ":" || activity === undefined) {
      throw malformed(path, { line: i + 1, text: line, expected: "a device, a colon and a state" });
    }
    const end = lines.findIndex((later, j) => j > i && !/^[ \t]+\S/.test(later));
    const [status = "", ...details] = lines.slice(i + 1, end === -1 ? undefined : end);
    const blocks = decimal(/^\s+(\d+) blocks/.exec(status)?.[1]);
    if (Number.isNaN(blocks)) {
      throw malformed(path, { line: i + 2, text: lines[i + 1] ?? "", expected: "a number of blocks" });
    }
    const counted = countDisks({ activity, others, status });
    if (counted === undefined) {
      throw malformed(path, { line: i + 2, text: status, expected: "the number of disks as in [2/1] [_U]" });
    }
    const progress = details.find((detail) => /recovery|resync|check/.test(detail));
    devices.push({
      device,
      state: progress === undefined ? activity : progressState(progress),
      disks: { active: counted.active, failed: marked(others, "F"), spare: marked(others, "S") },
      disksRequired: counted.required,
      blocks,
      blocksSynced: progress === undefined
        ? blocks
        : syncedBlocks(progress, { path, number: lines.indexOf(progress) + 1 }),
    });
  });
  return devices;
}

function countDisks(
  { activity, others, status }: { activity: string; others: readonly string[]; status: string },
): { active: number; required: number } | undefined {
  if (activity === "inactive") return { active: 0, required: 0 };
  // These have no redundancy: all disks are there, or the device is not.
  if (others.includes("raid0") || others.includes("linear")) {
    const disks = others.filter((field) => /\[\d+\]/.test(field)).length;
    return { active: disks, required: disks };
  }
  const { required, active } = /\[(?<required>\d+)\/(?<active>\d+)\] \[[U_]+\]/.exec(status)?.groups ?? {};
  return required === undefined ? undefined : { active: Number(active), required: Number(required) };
}

function progressState(progress: string): typeof STATES[number] {
  if (progress.includes("recovery")) return "recovering";
  return progress.includes("check") ? "check" : "resync";
}

function syncedBlocks(progress: string, { path, number }: { path: string; number: number }): number {
  if (/PENDING|DELAYED/.test(progress)) return 0;
  const synced = decimal(/\((\d+)\/\d+\)/.exec(progress)?.[1]);
  if (Number.isNaN(synced)) {
    throw malformed(path, { line: number, text: progress, expected: "progress as in (512/1024)" });
  }
  return synced;
}

function marked(fields: readonly string[], mark: string): number {
  return fields.filter((field) => field.endsWith(`(${mark})`)).length;
}
