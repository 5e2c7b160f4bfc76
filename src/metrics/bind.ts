import type {
  CounterDescription,
  Description,
  GaugeDescription,
  GaugeHistogramDescription,
  HistogramDescription,
  InfoDescription,
  MetricType,
  StateSetDescription,
  SummaryDescription,
  UntypedDescription,
} from "../model/description.ts";
import type { Writer } from "../model/writer.ts";
import { Counter } from "./counter.ts";
import { Gauge } from "./gauge.ts";
import { GaugeHistogram } from "./gauge_histogram.ts";
import { Histogram } from "./histogram.ts";
import { Info } from "./info.ts";
import { StateSet } from "./state_set.ts";
import { Summary } from "./summary.ts";
import { Untyped } from "./untyped.ts";

/** The live instrument that a description stands for. */
export type InstrumentOf<D extends Description> = D extends CounterDescription<infer Names> ? Counter<Names>
  : D extends GaugeDescription<infer Names> ? Gauge<Names>
  : D extends UntypedDescription<infer Names> ? Untyped<Names>
  : D extends HistogramDescription<infer Names> ? Histogram<Names>
  : D extends GaugeHistogramDescription<infer Names> ? GaugeHistogram<Names>
  : D extends SummaryDescription<infer Names> ? Summary<Names>
  : D extends InfoDescription<infer Names> ? Info<Names>
  : D extends StateSetDescription<infer Names, infer States> ? StateSet<Names, States>
  : never;

/** Descriptions by the name that code knows them by. */
export type Descriptions = Readonly<Record<string, Description>>;

/** The live instruments of a record of descriptions. */
export type Instruments<Metrics> = {
  readonly [Key in keyof Metrics]: Metrics[Key] extends Description ? InstrumentOf<Metrics[Key]> : never;
};

/** Makes the instrument that writes to a family's column. */
export function bind<D extends Description>(writer: Writer): InstrumentOf<D> {
  return new INSTRUMENTS[writer.family.description.type](writer) as InstrumentOf<D>;
}

const INSTRUMENTS: Record<MetricType, new (writer: Writer) => unknown> = {
  counter: Counter,
  gauge: Gauge,
  unknown: Untyped,
  histogram: Histogram,
  gaugehistogram: GaugeHistogram,
  summary: Summary,
  info: Info,
  stateset: StateSet,
};
