import type { Description } from "../model/description.ts";
import type { Exemplar } from "../model/exemplar.ts";
import type { Naming } from "./_naming.ts";

/** Writes a number and returns the position behind it. */
export type NumberWriter = (view: DataView, at: number, value: number) => number;

/** What distinguishes one text format from another. */
export interface Dialect {
  /** Another text for every dialect that writes other bytes for the same series. */
  readonly key: string;
  /** Writes a value. */
  readonly value: NumberWriter;
  /** Writes a count. */
  readonly count: NumberWriter;
  /** A bound or quantile as its label has it. */
  readonly bound: (value: number) => string;
  /** The lines before the first sample of a family. */
  readonly header: (description: Description, naming: Naming) => string;
  /** What stands between two families. @default nothing */
  readonly separator?: string;
  /** Whether families without series have a header. @default false */
  readonly showsEmpty?: boolean;
  /** The base name of a family's samples. @default the family's name */
  readonly sampleName?: (description: Description) => string;
  /** The suffixes of sum and count. */
  readonly totals: (description: Description) => readonly [sum: string, count: string];
  /** How labels stand. @default in declared order, `le` or `quantile` behind them */
  readonly labels?: WrittenOrder;
  /** Writes what stands behind a value that was measured at a time, in milliseconds since the epoch. */
  readonly timestamp: NumberWriter;
  /** What stands behind a value with an exemplar; `undefined` where the format has none. */
  readonly exemplar: ((exemplar: Exemplar) => string) | undefined;
  /** What ends an exposition. */
  readonly end: string;
  /** Whether `_created` samples are written. */
  readonly createdSamples: boolean;
}

/** Labels in the order in which they were written, behind `le` or `quantile`; for families that keep that order. */
export interface WrittenOrder {
  /**
   * Labels that every series has unless it has its own: behind `le` in histograms, behind the series' labels elsewhere.
   * @default none
   */
  readonly constants: Readonly<Record<string, string>>;
}
