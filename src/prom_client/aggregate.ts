import { aggregators, type MetricJson } from "./aggregators.ts";

/**
 * Makes one list of metrics out of those of several registries or processes. Metrics of one name become one, in the way
 * that the first of them names, or by their sum if it names none.
 *
 * @param lists What `getMetricsAsJSON()` of each registry gave.
 * @throws {Error} If a metric names a way that is none of `aggregators`.
 */
export function aggregate(lists: readonly (readonly MetricJson[])[]): MetricJson[] {
  const byName = new Map<string, MetricJson[]>();
  for (const metric of lists.flat()) {
    const same = byName.get(metric.name);
    if (same === undefined) byName.set(metric.name, [metric]);
    else same.push(metric);
  }
  return [...byName.values()].map(aggregateSame).filter((metric) => metric !== undefined);
}

function aggregateSame(metrics: readonly MetricJson[]): MetricJson | undefined {
  const aggregator = metrics[0]?.aggregator ?? "sum";
  // Programs may add functions of their own.
  if (!Object.hasOwn(aggregators, aggregator)) throw new Error(`'${aggregator}' is not a defined aggregator.`);
  return aggregators[aggregator](metrics);
}
