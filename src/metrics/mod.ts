/**
 * Live instruments and the registry that holds them, for code that measures itself.
 *
 * @module
 */
export { Counter, counter, CounterHandle } from "./counter.ts";
export { Gauge, gauge, GaugeHandle } from "./gauge.ts";
export { GaugeHistogram, gaugeHistogram } from "./gauge_histogram.ts";
export { Histogram, histogram, HistogramHandle } from "./histogram.ts";
export type { HistogramValue } from "./histogram.ts";
export { DEFAULT_BUCKETS } from "./histogram_options.ts";
export type { HistogramOptions } from "./histogram_options.ts";
export { withHistogramKind } from "./histogram_kind.ts";
export type { NativeOptions } from "./native_options.ts";
export type { NativeBucketsValue, NativeValue } from "./native_value.ts";
export { Info, info } from "./info.ts";
export { StateSet, stateSet } from "./state_set.ts";
export type { StateSetOptions } from "./state_set.ts";
export { Summary, summary, SummaryHandle } from "./summary.ts";
export type { SummaryOptions, SummaryValue } from "./summary.ts";
export type { WindowOptions } from "./window_options.ts";
export { Untyped, untyped } from "./untyped.ts";
export { Registry } from "./registry.ts";
export type { AddOptions, CallbackContext, Gathered, GatherOptions, RegistryOptions } from "./registry.ts";
export type { RunOutcome, RunReport } from "./callback.ts";
export type { Clock } from "./clock.ts";
export type { Descriptions, InstrumentOf, Instruments } from "./bind.ts";
export type { MetricOptions } from "./definition.ts";
export type { AbsoluteOptions, ObservationOptions, SampleOptions, TotalOptions } from "./annotation.ts";
export type { Exemplar } from "../model/exemplar.ts";
export type { Description, HistogramKind, Labels, LabelValue, MetricType } from "../model/description.ts";
