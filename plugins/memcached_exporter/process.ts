import { readdir, readFile } from "node:fs/promises";
import { counter, defineCollector, gauge } from "@exporterkit/core";
import { parseProcess } from "./_proc_text.ts";
import type { Settings } from "./settings.ts";

/** What Linux says of memcached's process, where `--memcached.pid-file` names it. */
export const process = defineCollector<Settings>()({
  help: "The process of memcached, by --memcached.pid-file.",
  metrics: {
    cpuSeconds: counter("memcached_process_cpu_seconds_total", "CPU time of memcached (/proc/<pid>/stat)."),
    maxFds: gauge("memcached_process_max_fds", "Most file descriptors that may be open (/proc/<pid>/limits)."),
    openFds: gauge("memcached_process_open_fds", "Open file descriptors (/proc/<pid>/fd)."),
    residentBytes: gauge("memcached_process_resident_memory_bytes", "Resident memory (/proc/<pid>/status)."),
    startSeconds: gauge(
      "memcached_process_start_time_seconds",
      "When it started, in seconds since the epoch (/proc/<pid>/stat).",
    ),
    virtualBytes: gauge("memcached_process_virtual_memory_bytes", "Virtual memory (/proc/<pid>/stat)."),
    maxVirtualBytes: gauge(
      "memcached_process_virtual_memory_max_bytes",
      "Most virtual memory that may be used (/proc/<pid>/limits).",
    ),
  },
  async collect({ settings: { memcached: { pidFile } }, metrics, log }) {
    if (pidFile === "") return;
    const folder = `/proc/${await pidIn(pidFile)}`;
    const paths = [`${folder}/stat`, `${folder}/status`, `${folder}/limits`, "/proc/stat"];
    const [stat, status, limits, machine] = await Promise.all(paths.map((path) => readFile(path, "utf8")));
    const read = parseProcess({ stat: stat!, status: status!, limits: limits!, machine: machine! });
    for (const [name, value] of Object.entries(read)) metrics[name as keyof typeof read].set(value);
    try {
      metrics.openFds.set((await readdir(`${folder}/fd`)).length);
    } catch (error) {
      // Only memcached's own user and root may look at them; the rest is for everybody.
      log.debug("Cannot count the file descriptors of memcached", { error });
    }
  },
});

async function pidIn(path: string): Promise<string> {
  const pid = (await readFile(path, "utf8")).trim();
  if (/^[1-9]\d*$/.test(pid)) return pid;
  throw new SyntaxError(
    `Cannot read --memcached.pid-file ${path}: got ${JSON.stringify(pid.slice(0, 20))}, expected a number`,
  );
}
