import { type CollectContext, counter, gauge, untyped } from "@exporterkit/core";
import { numberOf, textOf } from "./_rows.ts";
import type { Column, CustomQuery } from "./query_file.ts";
import type { Row } from "./session.ts";

/** Where an answer is shown. */
interface Surroundings {
  /** The label of that name. */
  readonly server: string;
  /** Declares a family of the run. */
  readonly declare: CollectContext<unknown, unknown, unknown, unknown>["family"];
  /** Names of families that others have. */
  readonly taken: ReadonlySet<string>;
}

/**
 * Shows the answer to a query: nothing of it, if something cannot be shown.
 *
 * @throws {Error} If a series is there twice, or a name is taken.
 */
export function showAnswer(
  { name, columns }: CustomQuery,
  rows: readonly Row[],
  { server, declare, taken }: Surroundings,
): void {
  const isLabel = (column: string) => columns.get(column)?.usage === "LABEL";
  const present = Object.keys(rows[0] ?? {});
  const labelNames = [...present.filter(isLabel), "server"];
  const series = rows.map((row) => ({
    row,
    labels: Object.fromEntries(labelNames.map((label) => [label, textOf(row[label])])),
  }));
  for (const { labels } of series) labels.server = server;
  const twice = repeated(series.map(({ labels }) => JSON.stringify(labels)));
  if (twice !== undefined) {
    const remedy = "add a LABEL, such as current_database() where several databases answer";
    throw new Error(`Cannot show query "${name}": series ${twice} is there twice; ${remedy}`);
  }
  const measured = present.filter((column) => !isLabel(column)).map((column) =>
    describe(name, column, columns.get(column))
  )
    .filter((found) => found !== undefined);
  const occupied = measured.find(({ description }) => taken.has(description(labelNames).name));
  if (occupied !== undefined) {
    const { name: metric } = occupied.description(labelNames);
    throw new Error(`Cannot show query "${name}": metric "${metric}" is built in; call the query otherwise`);
  }
  for (const { column, description, read } of measured) {
    const instrument = declare(description(labelNames));
    for (const { row, labels } of series) {
      const value = read(row[column]);
      if (instrument.description.type !== "counter" || value >= 0) instrument.set(labels, value);
    }
  }
}

function describe(name: string, column: string, { usage, description, mapping }: Partial<Column> = {}) {
  const metric = `${name}_${column}`;
  const help = description || `Column ${column} of query ${name}.`;
  switch (usage) {
    case "DISCARD":
    case "LABEL":
      return undefined;
    case "COUNTER":
      return { column, description: (labels: string[]) => counter(metric, help, labels), read: numberOf };
    case "GAUGE":
      return { column, description: (labels: string[]) => gauge(metric, help, labels), read: numberOf };
    case "MAPPEDMETRIC":
      return {
        column,
        description: (labels: string[]) => gauge(metric, help, labels),
        read: (value: unknown) => mapping?.[textOf(value)] ?? NaN,
      };
    case "DURATION":
      return {
        column,
        description: (labels: string[]) => gauge(`${metric}_milliseconds`, help, labels),
        read: (value: unknown) => milliseconds(textOf(value)),
      };
    default:
      return { column, description: (labels: string[]) => untyped(metric, help, labels), read: numberOf };
  }
}

const UNITS_MS: Readonly<Record<string, number>> = { us: 1e-3, ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 };

/** A duration as settings write it: `5min`, `1h30m`; -1 stays -1, what is no duration is `NaN`. */
export function milliseconds(text: string): number {
  if (text === "-1") return -1;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(us|ms|min|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text) return NaN;
  return parts.reduce((total, [, amount, unit]) => total + Number(amount) * UNITS_MS[unit!]!, 0);
}

function repeated(texts: readonly string[]): string | undefined {
  return texts.length === new Set(texts).size ? undefined : texts.find((text, i) => texts.indexOf(text) !== i);
}
