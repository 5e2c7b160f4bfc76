import { counter, gauge, untyped } from "@exporterkit/core";
import type { JsonPath } from "./json_path.ts";
import type { MetricSettings } from "./metric_settings.ts";

/** A family of a module, and the entries of the settings that give its samples. */
export interface ModuleFamily {
  readonly name: string;
  readonly type: MetricSettings["valuetype"];
  readonly help: string;
  /** In alphabetical order. */
  readonly labelNames: readonly string[];
  readonly sources: readonly Source[];
}

/** Where samples of a family come from. */
export interface Source {
  /** What gives one sample each; `undefined` for the whole document. */
  readonly objects: JsonPath | undefined;
  readonly value: JsonPath;
  readonly labels: readonly (readonly [name: string, value: JsonPath])[];
  readonly timestamp: JsonPath | undefined;
}

/** What the exporter says itself in each probe. */
export const OWN_NAMES: ReadonlySet<string> = new Set([
  "json_metric_failures",
  "json_scrape_collector_success",
  "json_scrape_collector_duration_seconds",
  "json_scrape_collector_series",
  "probe_success",
  "probe_duration_seconds",
]);

/**
 * Puts the metrics of a module together by the names of their families: several entries may fill one.
 *
 * @throws {TypeError} If a name is invalid or the exporter's own, or entries of one name have different types.
 */
export function familiesOf(metrics: readonly MetricSettings[]): readonly ModuleFamily[] {
  const families = new Map<string, ModuleFamily>();
  for (const metric of metrics) {
    for (const { name, source } of sourcesOf(metric)) {
      const known = families.get(name);
      if (known !== undefined && known.type !== metric.valuetype) {
        throw new TypeError(`Metric "${name}" is ${metric.valuetype} here and ${known.type} before`);
      }
      if (OWN_NAMES.has(name)) throw new TypeError(`Metric "${name}" is the exporter's own, expected another name`);
      const labelNames = [...new Set([...known?.labelNames ?? [], ...Object.keys(metric.labels)])].sort();
      const sources = [...known?.sources ?? [], source];
      families.set(name, { name, type: metric.valuetype, help: known?.help ?? helpOf(metric), labelNames, sources });
    }
  }
  const all = [...families.values()];
  // Names and labels are checked by whoever describes them.
  all.forEach(describe);
  return all;
}

/** The family as the exporter declares it. */
export function describe({ name, type, help, labelNames }: ModuleFamily) {
  if (type === "counter") return counter(name, help, labelNames);
  return type === "gauge" ? gauge(name, help, labelNames) : untyped(name, help, labelNames);
}

function helpOf({ name, help }: MetricSettings): string {
  return help === "" ? name : help;
}

function sourcesOf(metric: MetricSettings): { readonly name: string; readonly source: Source }[] {
  const { name, path } = metric;
  const timestamp = metric.epochTimestamp ?? metric.epochtimestamp;
  const labels = Object.entries(metric.labels);
  if (metric.type === "value") return [{ name, source: { objects: undefined, value: path, labels, timestamp } }];
  return Object.entries(metric.values).map(([key, value]) => ({
    name: `${name}_${key}`,
    source: { objects: path, value, labels, timestamp },
  }));
}
