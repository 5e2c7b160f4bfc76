import { escapeLabelValue, exemplarText, formatValue, headerText, sampleName, type TextOptions } from "./_dialect.ts";
import { openMetricsContentType } from "./content_types.ts";
import type { ExemplarObject } from "./types.ts";

/** What `get` of a metric gives that is not one of this package. */
export interface ForeignMetric {
  readonly name: string;
  readonly help?: string;
  readonly type: string;
  readonly values?: readonly ForeignValue[];
}

interface ForeignValue {
  readonly value: number;
  readonly metricName?: string;
  readonly labels?: Labels;
  /** Labels that several values share; they stand last. */
  readonly sharedLabels?: Labels;
  readonly exemplar?: ExemplarObject | null;
}

type Labels = Readonly<Record<string, unknown>>;

/** A metric as text that only exists as an object: made by other code, or out of the metrics of several processes. */
export function foreignText(metric: ForeignMetric, options: TextOptions): string {
  const { name, help = "", type, values = [] } = metric;
  const isOpenMetrics = options.contentType === openMetricsContentType;
  const lines = values.map((value) => {
    const base = value.metricName ?? name;
    const sample = isOpenMetrics ? sampleName({ name: base, type }) : base;
    const exemplar = isOpenMetrics && value.exemplar ? exemplarText(value.exemplar) : "";
    return `${sample}${labelsText(value, options.defaultLabels)} ${formatValue(value.value)}${exemplar}\n`;
  });
  return headerText({ name, help, type }, options.contentType) + lines.join("");
}

function labelsText({ labels = {}, sharedLabels = {} }: ForeignValue, defaultLabels: Labels): string {
  const pairs = Object.entries({ ...labels, ...defaultLabels, ...labels })
    .filter(([name]) => !Object.hasOwn(sharedLabels, name))
    .concat(Object.entries(sharedLabels))
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}="${escapeLabelValue(String(value))}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}
