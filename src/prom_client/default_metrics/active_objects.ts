import { attempt, runningProcess } from "../_builtins.ts";
import { Gauge } from "../gauge.ts";
import { type DefaultMetric, defaultMetric } from "./_default_metric.ts";

/** What keeps the event loop alive, by type. */
export const processResources: DefaultMetric = activeObjects({
  name: "nodejs_active_resources",
  help: "Number of active resources that are currently keeping the event loop alive, grouped by async resource type.",
  totalHelp: "Total number of active resources.",
  types: () => runningProcess()?.getActiveResourcesInfo?.(),
});

/** The handles of libuv, by class. */
export const processHandles: DefaultMetric = activeObjects({
  name: "nodejs_active_handles",
  help: "Number of active libuv handles grouped by handle type. Every handle type is C++ class name.",
  totalHelp: "Total number of active handles.",
  types: () => runningProcess()?._getActiveHandles?.().map(className),
});

/** The requests of libuv, by class. */
export const processRequests: DefaultMetric = activeObjects({
  name: "nodejs_active_requests",
  help: "Number of active libuv requests grouped by request type. Every request type is C++ class name.",
  totalHelp: "Total number of active requests.",
  types: () => runningProcess()?._getActiveRequests?.().map(className),
});

interface ActiveObjects {
  readonly name: string;
  readonly help: string;
  readonly totalHelp: string;
  /** The type of each object; objects without a type count for the total only. */
  types(): (string | undefined)[] | undefined;
}

function activeObjects({ name, help, totalHelp, types }: ActiveObjects): DefaultMetric {
  const total = `${name}_total`;
  return defaultMetric([name, total], ({ labels, family }) => {
    if (attempt(types) === undefined) return;
    new Gauge({
      ...family(name, help, ["type"]),
      collect() {
        // A type that is gone has no series.
        this.reset();
        for (const [type, count] of countEach(attempt(types) ?? [])) this.set({ type, ...labels }, count);
      },
    });
    new Gauge({
      ...family(total, totalHelp),
      collect() {
        const all = attempt(types);
        if (all !== undefined) this.set(labels, all.length);
      },
    });
  });
}

function className(object: unknown): string | undefined {
  return (object as { constructor?: { name: string } } | null | undefined)?.constructor?.name;
}

function countEach(types: readonly (string | undefined)[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const type of types) {
    if (type !== undefined) counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return counts;
}
