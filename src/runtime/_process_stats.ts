import { readdirSync, readFileSync, statSync } from "node:fs";
import process from "node:process";
import { parseBootSeconds, parseProcLimits, parseProcStat } from "../collectors/proc_self.ts";
import type { ProcessStats } from "../collectors/process.ts";

/** What Linux and the runtime tell about this process; what may not be read is left out. */
export function readProcessStats(): ProcessStats {
  const { user, system } = process.cpuUsage();
  const stats = { cpuSeconds: (user + system) / 1e6 };
  const stat = readFile("/proc/self/stat");
  if (stat === undefined) return { ...stats, residentBytes: process.memoryUsage().rss };
  const { startSecondsSinceBoot, virtualBytes, residentBytes } = parseProcStat(stat);
  return {
    ...stats,
    ...startOf(startSecondsSinceBoot),
    ...limits(),
    ...openFds(),
    virtualBytes,
    residentBytes,
  };
}

/** When the process started, once it is known: it never changes, and `/proc/stat` is long on large machines. */
let startSeconds: number | undefined;

function startOf(startSecondsSinceBoot: number): ProcessStats {
  if (startSeconds === undefined) {
    const bootSeconds = parseBootSeconds(readFile("/proc/stat") ?? "");
    if (bootSeconds === undefined) return {};
    startSeconds = bootSeconds + startSecondsSinceBoot;
  }
  return { startSeconds };
}

/** What the process may have: whoever starts it says so, and hardly anybody changes it after that. */
let knownLimits: ProcessStats | undefined;

function limits(): ProcessStats {
  return knownLimits ??= parseProcLimits(readFile("/proc/self/limits") ?? "");
}

/** Since Linux 6.2 the size of the folder is their number; before, it is 0, and they have to be listed. */
function openFds(): ProcessStats {
  const openFds = attempt(() => statSync("/proc/self/fd").size || readdirSync("/proc/self/fd").length);
  return openFds === undefined ? {} : { openFds };
}

function readFile(path: string): string | undefined {
  return attempt(() => readFileSync(path, "utf8"));
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
