import { counter, defineCollector, summary } from "@exporterkit/core";
import { parseInfo, parseParts, type Section, toNumber } from "./_info_text.ts";
import type { Redis } from "./redis.ts";
import type { RedisSettings } from "./settings.ts";

const LABELS = ["cmd"] as const;

/** Collects calls, failures and latencies of each command. */
export const commands = defineCollector<RedisSettings, Redis>()({
  help: "Calls, failures and latencies of each command, from INFO commandstats and INFO latencystats.",
  metrics: {
    calls: counter("redis_commands_total", "Calls of a command, from calls of INFO commandstats.", LABELS),
    seconds: counter(
      "redis_commands_duration_seconds_total",
      "Time spent in a command, from usec of INFO commandstats.",
      LABELS,
    ),
    rejected: counter(
      "redis_commands_rejected_calls_total",
      "Calls that failed before the command ran, from rejected_calls of INFO commandstats.",
      LABELS,
    ),
    failed: counter(
      "redis_commands_failed_calls_total",
      "Calls that failed while the command ran, from failed_calls of INFO commandstats.",
      LABELS,
    ),
  },
  async collect({ resource: redis, metrics, signal, family }) {
    const [stats, latencies] = await Promise.all([
      redis.send(["INFO", "commandstats"], signal),
      redis.send(["INFO", "latencystats"], signal),
    ]);
    const commands = parseCommands(parseInfo(String(stats)).get("Commandstats"));
    for (const [cmd, { calls, microseconds, rejected, failed }] of commands) {
      metrics.calls.set({ cmd }, calls);
      metrics.seconds.set({ cmd }, microseconds / 1e6);
      if (rejected !== undefined) metrics.rejected.set({ cmd }, rejected);
      if (failed !== undefined) metrics.failed.set({ cmd }, failed);
    }
    const { percentiles, values } = parseLatencies(parseInfo(String(latencies)).get("Latencystats"));
    if (percentiles.length === 0) return;
    const percentile = family(latencySummary(percentiles));
    for (const [cmd, quantiles] of values) {
      const known = commands.get(cmd);
      if (known === undefined) continue;
      percentile.set({ cmd }, { quantiles, count: known.calls, sum: known.microseconds });
    }
  },
});

/** The family of latencies: its percentiles are those of the server's latency-tracking-info-percentiles. */
export function latencySummary(percentiles: readonly number[]) {
  return summary(
    "redis_latency_percentiles_usec",
    "Microseconds that calls of a command took, from INFO latencystats and commandstats.",
    LABELS,
    { quantiles: percentiles, percentiles: true },
  );
}

/** What INFO says of one command. */
export interface CommandStats {
  readonly calls: number;
  readonly microseconds: number;
  /** Absent before Redis 6.2. */
  readonly rejected: number | undefined;
  readonly failed: number | undefined;
}

/** Reads `cmdstat_get:calls=21,usec=175,usec_per_call=8.33,rejected_calls=0,failed_calls=0`. */
export function parseCommands(section: Section = new Map()): Map<string, CommandStats> {
  return new Map([...section].flatMap(([field, value]): [string, CommandStats][] => {
    const parts = parseParts(value);
    const [calls, microseconds] = [toNumber(parts.get("calls")), toNumber(parts.get("usec"))];
    if (!field.startsWith("cmdstat_") || calls === undefined || microseconds === undefined) return [];
    const [rejected, failed] = [toNumber(parts.get("rejected_calls")), toNumber(parts.get("failed_calls"))];
    return [[field.slice("cmdstat_".length), { calls, microseconds, rejected, failed }]];
  }));
}

/**
 * Reads `latency_percentiles_usec_get:p50=0.001,p99=1.003,p99.9=3.007`.
 *
 * @returns The percentiles of the first command, and of each command that has the same its values.
 */
export function parseLatencies(
  section: Section = new Map(),
): { readonly percentiles: readonly number[]; readonly values: ReadonlyMap<string, readonly number[]> } {
  const prefix = "latency_percentiles_usec_";
  const read = [...section].filter(([field]) => field.startsWith(prefix)).map(([field, value]) => {
    const parts = [...parseParts(value)].map(([name, text]) => [Number(name.slice(1)), Number(text)] as const);
    return { command: field.slice(prefix.length), percentiles: parts.map(([p]) => p), values: parts.map(([, v]) => v) };
  });
  const percentiles = read[0]?.percentiles ?? [];
  const alike = read.filter((one) => one.percentiles.join() === percentiles.join());
  return { percentiles, values: new Map(alike.map(({ command, values }) => [command, values])) };
}
