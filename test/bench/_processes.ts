/** What Linux knows about a process that listens, whoever started it. */

/** A tick of the clock that counts CPU time, as on all machines with Linux. */
const TICK_MS = 10;

/** What a process has cost until now. */
export interface ProcessCost {
  readonly cpuMs: number;
  readonly residentBytes: number;
  /** How long it has been running. */
  readonly ageMs: number;
}

/** Finds the process that listens on a port of 127.0.0.1, or of all addresses. */
export async function processAt(port: number): Promise<number> {
  const inodes = new Set([...await listeners("tcp", port), ...await listeners("tcp6", port)]);
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      for await (const file of Deno.readDir(`/proc/${name}/fd`)) {
        const link = await Deno.readLink(`/proc/${name}/fd/${file.name}`).catch(() => "");
        if (inodes.has(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? "")) return Number(name);
      }
    } catch {
      // It has ended, or belongs to somebody else.
    }
  }
  throw new Error(`Cannot find the process that listens on port ${port}: no open socket is that of a listener`);
}

/** Reads what a process has cost. */
export async function costOf(pid: number): Promise<ProcessCost> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  // The name of the program, in parentheses, may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ").map(Number);
  const [user = 0, system = 0, started = 0] = [fields[11], fields[12], fields[19]];
  const uptimeMs = Number((await Deno.readTextFile("/proc/uptime")).split(" ")[0]) * 1000;
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return {
    cpuMs: (user + system) * TICK_MS,
    residentBytes: Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1]) * 1024,
    ageMs: uptimeMs - started * TICK_MS,
  };
}

/** The size of the program that a process runs. */
export async function programBytes(pid: number): Promise<number> {
  return (await Deno.stat(`/proc/${pid}/exe`)).size;
}

async function listeners(family: "tcp" | "tcp6", port: number): Promise<string[]> {
  const LISTEN = "0A";
  const text = await Deno.readTextFile(`/proc/net/${family}`);
  return text.split("\n").slice(1).map((line) => line.trim().split(/\s+/))
    .filter(([, local = "", , state]) => state === LISTEN && parseInt(local.split(":")[1] ?? "", 16) === port)
    .map((fields) => fields[9] ?? "");
}
