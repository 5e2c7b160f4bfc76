/** How the values that several processes have for one metric are made one. */
export type Aggregator = "omit" | "sum" | "first" | "min" | "max" | "average";

/** The kinds of metrics. */
export const MetricType = { Counter: "counter", Gauge: "gauge", Histogram: "histogram", Summary: "summary" } as const;

/** The kind of a metric. */
export type MetricType = typeof MetricType[keyof typeof MetricType];

/** Labels of one series; those that are left out, it does not have. Values of other types are written as text. */
export type LabelValues<T extends string> = Partial<Record<T, string | number>>;

/** Called before a metric is read; `this` is the metric. */
export type CollectFunction<T> = (this: T) => void | Promise<void>;

/** A function that is called before a metric is read. */
export type Collector = () => void;

/** What is known of a metric. */
export interface MetricObject {
  /** Its name. */
  name: string;
  /** What it measures. */
  help: string;
  /** Its kind. */
  type: MetricType;
  /** How values of several processes are made one. */
  aggregator: Aggregator;
  /** What is called before it is read. */
  // deno-lint-ignore no-explicit-any -- Existing code assigns functions of any `this`.
  collect: CollectFunction<any>;
}

/** What is known of a metric, and what it has to say. */
export interface MetricObjectWithValues<T extends MetricValue<string>> extends MetricObject {
  /** Its samples. */
  values: T[];
}

/** One sample. */
export interface MetricValue<T extends string> {
  /** The value. */
  value: number;
  /** The labels, as they were first written. */
  labels: LabelValues<T>;
  /** What led to it. */
  exemplar?: ExemplarObject | null;
}

/** One sample of a metric that has samples of several names. */
export interface MetricValueWithName<T extends string> extends MetricValue<T> {
  /** The name of the sample, where it is not that of the metric. */
  metricName?: string;
}

/** What led to a value. */
export interface ExemplarObject {
  /** The labels that lead on. */
  labelSet: Record<string, string | number>;
  /** The value at that time. */
  value: number;
  /** When that was, in seconds since the epoch. */
  timestamp: number;
}
