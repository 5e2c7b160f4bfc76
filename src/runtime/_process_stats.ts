import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import type { ProcessStats } from "../collectors/process.ts";

/** Linux counts process times in hundredths of a second for user space, whatever its own tick (proc(5), `sysconf`). */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

/** What Linux and the runtime tell about this process; what may not be read is left out. */
export function readProcessStats(): ProcessStats {
  const { user, system } = process.cpuUsage();
  const stats = { cpuSeconds: (user + system) / 1e6 };
  const stat = attempt(() => readFileSync("/proc/self/stat", "utf8"));
  if (stat === undefined) return { ...stats, residentBytes: process.memoryUsage().rss };
  // The command name, in parentheses, may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return {
    ...stats,
    ...startOf(Number(fields[19])),
    ...limits(),
    ...openFds(),
    virtualBytes: Number(fields[20]),
    residentBytes: Number(fields[21]) * PAGE_BYTES,
  };
}

function startOf(startTicks: number): ProcessStats {
  const boot = attempt(() => /^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1]);
  return boot === undefined ? {} : { startSeconds: Number(boot) + startTicks / TICKS_PER_SECOND };
}

function limits(): ProcessStats {
  const text = attempt(() => readFileSync("/proc/self/limits", "utf8"));
  if (text === undefined) return {};
  const maxFds = /^Max open files\s+(\d+)/m.exec(text)?.[1];
  const maxVirtual = /^Max address space\s+(\d+|unlimited)/m.exec(text)?.[1];
  return {
    ...(maxFds === undefined ? {} : { maxFds: Number(maxFds) }),
    ...(maxVirtual === undefined ? {} : { maxVirtualBytes: maxVirtual === "unlimited" ? -1 : Number(maxVirtual) }),
  };
}

function openFds(): ProcessStats {
  const names = attempt(() => readdirSync("/proc/self/fd"));
  return names === undefined ? {} : { openFds: names.length };
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
