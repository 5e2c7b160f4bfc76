import type { Snapshot } from "../model/family.ts";
import type { MetricObjectWithValues, MetricValue } from "./types.ts";

/** How a metric of this package lets registries read it without making objects. */
export const COLUMNS: unique symbol = Symbol("columns");

/** What stands behind {@link COLUMNS}. */
export interface Columns {
  /** Brings the metric up to date, where somebody has to; never twice at the same time. Rejects if that fails. */
  update(timeoutMs: number): Promise<void> | undefined;
  /** The metric as it is now, to be encoded. */
  pin(): Snapshot;
  /** The metric as it is now, as an object. */
  read(): MetricObjectWithValues<MetricValue<string>>;
}

/** What a registry needs of a metric: any object that has this can be registered. */
export interface RegisteredMetric {
  /** The name; no two metrics of a registry have the same. */
  readonly name: string;
  /** What it measures. */
  readonly help?: string;
  /** `counter`, `gauge`, `histogram` or `summary`. */
  readonly type?: unknown;
  /** Reads it. */
  get(): unknown;
  /** Starts it anew. */
  reset?(): void;
  /** Where the metric is one of this package. */
  readonly [COLUMNS]?: Columns | undefined;
}
