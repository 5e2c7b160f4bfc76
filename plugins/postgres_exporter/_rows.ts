import type { Row } from "./session.ts";

/** An instrument that takes the labels of a collector. */
export interface Settable<Labels> {
  set(labels: Labels, value: number): void;
  readonly description: { readonly type: string };
}

/**
 * Sets the instruments of those columns that the row has: which there are depends on the version of PostgreSQL.
 *
 * What is NULL is `NaN`, as in postgres_exporter, except for counters: no total is no sample.
 */
export function setColumns<Labels>(
  instruments: Readonly<Record<string, Settable<Labels>>>,
  row: Row,
  labels: Labels,
): void {
  for (const [column, instrument] of Object.entries(instruments)) {
    if (!(column in row)) continue;
    const value = numberOf(row[column]);
    if (Number.isNaN(value) && instrument.description.type === "counter") continue;
    instrument.set(labels, value);
  }
}

/** A value of PostgreSQL as a number: times in whole Unix seconds, truth as 1 or 0, NULL and what is no number as `NaN`. */
export function numberOf(value: unknown): number {
  if (value === null || value === undefined || value === "") return NaN;
  return value instanceof Date ? Math.floor(value.getTime() / 1000) : Number(value);
}

/** A value of PostgreSQL as a label: NULL is the empty text. */
export function textOf(value: unknown): string {
  return value === null || value === undefined ? "" : String(value);
}
