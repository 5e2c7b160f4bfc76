import { counter, defineCollector, gauge } from "@exporterkit/core";
import { listMatching, readAttribute, readNumber } from "./_attribute.ts";
import { fieldsOf, linesOf, numbersOf } from "./_lines.ts";
import { malformed } from "./_malformed.ts";
import { type Host, ifPresent } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

/** The modes of a CPU that /proc/stat lists first, in its order. */
const MODES = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"] as const;
/** The modes that /proc/stat lists next; both are contained in those of the same name above. */
const GUEST_MODES = ["user", "nice"] as const;
const IDLE = MODES.indexOf("idle");
/** Clock ticks per second in everything that the kernel tells programs, on all architectures that count. */
const TICKS_PER_SECOND = 100;
/** A CPU whose idle time fell by this many seconds was unplugged and counts anew. */
const RESTART_SECONDS = 3;

/** Collects where the CPUs' time went, how often heat slowed them down, and which are kept from the scheduler. */
export function cpu(host: Host) {
  let last: ReadonlyMap<string, CpuTimes> = new Map();
  return defineCollector<NodeSettings>()({
    help: "Time and throttling of CPUs.",
    metrics: {
      seconds: counter(
        "node_cpu_seconds_total",
        "Seconds that each CPU spent in each mode, from /proc/stat.",
        ["cpu", "mode"],
      ),
      guest: counter(
        "node_cpu_guest_seconds_total",
        "Seconds that each CPU ran virtual machines, from /proc/stat.",
        ["cpu", "mode"],
      ),
      coreThrottles: counter(
        "node_cpu_core_throttles_total",
        "Times that a core was slowed down because of heat, from thermal_throttle/core_throttle_count in sysfs.",
        ["core", "package"],
      ),
      packageThrottles: counter(
        "node_cpu_package_throttles_total",
        "Times that a package was slowed down because of heat, from thermal_throttle/package_throttle_count in sysfs.",
        ["package"],
      ),
      isolated: gauge(
        "node_cpu_isolated",
        "Whether a CPU is kept from the scheduler, from /sys/devices/system/cpu/isolated.",
        ["cpu"],
      ),
    },
    async collect({ settings, metrics }) {
      const folder = `${settings.path.sysfs}/devices/system/cpu`;
      const path = `${settings.path.procfs}/stat`;
      const [stat, cores, isolated] = await Promise.all([
        ifPresent(host.readText(path)),
        readCores(host, folder),
        readAttribute(host, `${folder}/isolated`),
      ]);

      const now = parseCpuTimes(stat ?? "", path);
      last = new Map([...now].map(([name, times]) => [name, neverLess(last.get(name), times)]));
      for (const [name, times] of last) {
        MODES.forEach((mode, i) => metrics.seconds.set({ cpu: name, mode }, times[i] ?? 0));
        if (!settings.collector.cpu.guest) continue;
        GUEST_MODES.forEach((mode, i) => metrics.guest.set({ cpu: name, mode }, times[MODES.length + i] ?? 0));
      }
      for (const { core, package: inPackage, coreThrottles, packageThrottles } of cores) {
        if (coreThrottles !== undefined) metrics.coreThrottles.set({ core, package: inPackage }, coreThrottles);
        if (packageThrottles !== undefined) metrics.packageThrottles.set({ package: inPackage }, packageThrottles);
      }
      for (const name of parseCpuList(isolated ?? "")) metrics.isolated.set({ cpu: name }, 1);
    },
  });
}

/** Seconds of a CPU in each mode, then in each guest mode. */
type CpuTimes = readonly number[];

/** What sysfs says about one CPU's core and package. */
interface Core {
  readonly core: number;
  readonly package: number;
  readonly coreThrottles?: number;
  readonly packageThrottles?: number;
}

/** Reads the throttle counts of all CPUs. Threads of one core tell the same counts. */
async function readCores(host: Host, folder: string): Promise<Core[]> {
  const names = await listMatching(host, { path: folder, name: /^cpu\d+$/ });
  const cores = await Promise.all(names.map((name) => readCore(host, `${folder}/${name}`)));
  return cores.filter((core) => core !== undefined);
}

async function readCore(host: Host, folder: string): Promise<Core | undefined> {
  const [core, inPackage, coreThrottles, packageThrottles] = await Promise.all([
    readNumber(host, `${folder}/topology/core_id`),
    readNumber(host, `${folder}/topology/physical_package_id`),
    readNumber(host, `${folder}/thermal_throttle/core_throttle_count`),
    readNumber(host, `${folder}/thermal_throttle/package_throttle_count`),
  ]);
  if (core === undefined || inPackage === undefined) return undefined;
  return {
    core,
    package: inPackage,
    ...(coreThrottles === undefined ? {} : { coreThrottles }),
    ...(packageThrottles === undefined ? {} : { packageThrottles }),
  };
}

/**
 * Reads the lines of the single CPUs from /proc/stat, in seconds. Old kernels list fewer modes.
 *
 * @throws {SyntaxError} If such a line does not have at least the four modes that all kernels list.
 */
export function parseCpuTimes(stat: string, path = "/proc/stat"): Map<string, CpuTimes> {
  const cpus = new Map<string, CpuTimes>();
  linesOf(stat).forEach((line, i) => {
    const [label, ...fields] = fieldsOf(line);
    const name = /^cpu(\d+)$/.exec(label!)?.[1];
    if (name === undefined) return;
    const ticks = numbersOf(fields.slice(0, MODES.length + GUEST_MODES.length));
    if (ticks === undefined || ticks.length <= IDLE) {
      throw malformed(path, {
        line: i + 1,
        text: line,
        expected: 'a line such as "cpu0 10132153 290696 3084719 46828483"',
      });
    }
    cpus.set(name, ticks.map((count) => count / TICKS_PER_SECOND));
  });
  return cpus;
}

/**
 * Keeps totals from falling: the kernel takes some idle and iowait time back now and then, which a query would read as a
 * restart. A CPU that was unplugged meanwhile does count anew.
 */
export function neverLess(before: CpuTimes | undefined, now: CpuTimes): CpuTimes {
  if (before === undefined || before[IDLE]! - now[IDLE]! >= RESTART_SECONDS) return now;
  return now.map((seconds, i) => Math.max(seconds, before[i] ?? 0));
}

/** Reads a list of CPUs such as `1,3-5`; what is no such list names no CPUs. */
export function parseCpuList(list: string): number[] {
  return list.trim().split(",").flatMap((range) => {
    const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range) ?? [];
    if (first === undefined) return [];
    return Array.from({ length: Math.max(0, Number(last) - Number(first) + 1) }, (_, i) => Number(first) + i);
  });
}
