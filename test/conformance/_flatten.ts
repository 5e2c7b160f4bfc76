/** Decoded protobuf families, or what expfmt makes of a text, as the samples that they stand for. */
import type { Corpus } from "./_corpus.ts";
import { openMetricsNumber, type PlainSample, type Rename } from "./_families.ts";
import type { ProtoFamily, ProtoMetric } from "./_protobuf.ts";

/** The samples of families in the order in which they are written, those of a histogram with the bucket that is implied. */
export function flatten(families: readonly ProtoFamily[]): PlainSample[] {
  return families.flatMap((family) => (family.metric ?? []).flatMap((metric) => metricSamples(family, metric)));
}

function metricSamples({ name = "", type = "COUNTER" }: ProtoFamily, metric: ProtoMetric): PlainSample[] {
  const labels = Object.fromEntries((metric.label ?? []).map(({ name = "", value = "" }) => [name, value]));
  const sample = (suffix: string, value = 0, more: Record<string, string> = {}) => ({
    name: `${name}${suffix}`,
    labels: { ...labels, ...more },
    value: value === 0 ? 0 : value,
  });
  switch (type) {
    case "COUNTER":
      return [sample("", metric.counter?.value)];
    case "GAUGE":
      return [sample("", metric.gauge?.value)];
    case "UNTYPED":
      return [sample("", metric.untyped?.value)];
    case "SUMMARY": {
      const { quantile = [], sampleSum, sampleCount } = metric.summary ?? {};
      return [
        ...quantile.map(({ quantile = 0, value }) => sample("", value, { quantile: openMetricsNumber(quantile) })),
        sample("_sum", sampleSum),
        sample("_count", sampleCount),
      ];
    }
    case "HISTOGRAM":
    case "GAUGE_HISTOGRAM": {
      const { bucket = [], sampleSum, sampleCount, sampleCountFloat } = metric.histogram ?? {};
      const count = sampleCountFloat || sampleCount;
      const buckets = bucket.map(({ upperBound = 0, cumulativeCount, cumulativeCountFloat }) =>
        sample("_bucket", cumulativeCountFloat || cumulativeCount, { le: openMetricsNumber(upperBound) })
      );
      const isComplete = bucket.at(-1)?.upperBound === Infinity;
      return [
        ...buckets,
        ...(isComplete ? [] : [sample("_bucket", count, { le: "+Inf" })]),
        sample("_sum", sampleSum),
        sample("_count", count),
      ];
    }
  }
}

/** As Prometheus sees bounds and quantiles, whatever the format: it spells them as OpenMetrics does. */
export function canonical({ samples }: Corpus): PlainSample[] {
  return samples.map(({ name, labels, value }) => {
    const spelled = Object.entries(labels).map(([label, text]) => {
      const isNumber = label === "quantile" || (label === "le" && text !== "+Inf");
      return [label, isNumber ? openMetricsNumber(Number(text)) : text];
    });
    return { name, labels: Object.fromEntries(spelled), value: value === 0 ? 0 : value };
  });
}

/** As Prometheus stores them: an empty label is no label. */
export function stored<T extends PlainSample>(samples: readonly T[]): T[] {
  return samples.map((sample) => {
    const labels = Object.fromEntries(Object.entries(sample.labels).filter(([, text]) => text !== ""));
    return { ...sample, labels };
  });
}

/** A corpus whose names are written as an exposition has them. */
export function renamed({ registry, samples }: Corpus, rename: Rename): Corpus {
  const families = registry.families().map(({ description }) => description.name);
  // What follows the name of the family is a suffix, which no scheme changes.
  function renameSample(name: string): string {
    const family = families.find((family) => name.startsWith(family)) ?? name;
    return rename(family) + name.slice(family.length);
  }
  const renameLabels = (labels: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(labels).map(([label, text]) => [rename(label), text]));
  return {
    registry,
    samples: samples.map(({ name, labels, value }) => ({
      name: renameSample(name),
      labels: renameLabels(labels),
      value,
    })),
  };
}

/** The names of a corpus that schemes may change. */
export function namesOf({ registry, samples }: Corpus): string[] {
  const families = registry.families().map(({ description }) => description.name);
  return [...new Set([...families, ...samples.flatMap(({ labels }) => Object.keys(labels))])];
}

/** Protobuf has no order of samples, and expfmt gives families in any order. */
export function sorted<T extends PlainSample>(samples: readonly T[]): T[] {
  const key = ({ name, labels }: PlainSample) => JSON.stringify([name, Object.entries(labels).sort()]);
  return samples.map((sample) => [key(sample), sample] as const).sort(([a], [b]) => a < b ? -1 : 1)
    .map(([, sample]) => sample);
}
