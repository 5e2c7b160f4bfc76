import { type CollectContext, type Collector, counter, gauge } from "@exporterkit/core";

/** What postgres_exporter says of its scrapes, beside what every exporter says here. */
export const roundMetrics = {
  scrapes: counter("pg_exporter_scrapes_total", "Scrapes of PostgreSQL; those that overlap are one."),
  duration: gauge("pg_exporter_last_scrape_duration_seconds", "How long the collectors of the last scrape took."),
  error: gauge(
    "pg_exporter_last_scrape_error",
    "Whether a collector of the last scrape failed, as 1, or none did, as 0.",
  ),
};

type Held = CollectContext<unknown, unknown, unknown, typeof roundMetrics>["held"];

/** The collectors of a scrape, from the start of the first to the end of the last. */
interface Round {
  running: number;
  startMs: number;
}

/**
 * Makes collectors tell of themselves in the {@link roundMetrics} of their exporter.
 *
 * @param collectors Those of one exporter.
 */
export function inRounds<Collectors extends Readonly<Record<string, unknown>>>(collectors: Collectors): Collectors {
  const rounds = new WeakMap<Held, Round>();
  const told = Object.entries(collectors as unknown as Record<string, Collector>).map(([name, collector]) => [
    name,
    { ...collector, collect: (context: Context) => inRound(rounds, collector, context) },
  ]);
  return Object.fromEntries(told);
}

type Context = CollectContext<unknown, unknown, Record<never, never>, typeof roundMetrics>;

async function inRound(rounds: WeakMap<Held, Round>, collector: Collector, context: Context): Promise<void> {
  const { held, now, signal } = context;
  const round = rounds.get(held) ?? { running: 0, startMs: 0 };
  rounds.set(held, round);
  if (round.running++ === 0) {
    round.startMs = now();
    held.scrapes.inc();
    held.error.set(0);
  }
  const fail = () => held.error.set(1);
  // The scrape does not wait for those that are aborted.
  signal.addEventListener("abort", fail);
  try {
    await collector.collect(context as never);
  } catch (error) {
    fail();
    throw error;
  } finally {
    signal.removeEventListener("abort", fail);
    round.running--;
    held.duration.set((now() - round.startMs) / 1000);
  }
}
