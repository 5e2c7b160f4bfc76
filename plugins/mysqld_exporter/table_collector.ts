import { type Collector, counter, defineCollector, gauge } from "@exporterkit/core";
import type { Database } from "./database.ts";
import type { MysqldSettings } from "./settings.ts";

/** A collector that turns the rows of one SELECT into series. */
export interface TableDefinition {
  /** One sentence on what is collected. */
  readonly help: string;
  /** Whether it runs unless a flag says otherwise. @default false */
  readonly enabled?: boolean;
  /** Whether this server has what is asked for; where it has not, there is nothing to report. @default it has */
  readonly isThere?: (database: Database, signal: AbortSignal) => Promise<boolean>;
  /** What stands behind FROM, or makes that of the settings. */
  readonly from: string | ((settings: MysqldSettings) => Source);
  /** Labels that all metrics have, and the SQL that gives their values. @default none */
  readonly labels?: Readonly<Record<string, string | Labelling>>;
  /** The metrics, by name. */
  readonly metrics: Readonly<Record<string, TableMetric>>;
}

/** What stands behind FROM. */
export interface Source {
  readonly sql: string;
  /** What stands for each `?`. @default none */
  readonly values?: readonly (string | number)[];
}

/** A label whose values are not what the server says. */
export interface Labelling {
  readonly sql: string;
  readonly shown: (text: string, settings: MysqldSettings) => string;
}

/** A metric made from one column, or from several that a label more tells apart. */
export type TableMetric =
  & {
    readonly type: "counter" | "gauge";
    readonly help: string;
    /** What numbers are multiplied with. @default 1 */
    readonly scale?: number;
    /** Labels that only this metric has, and the SQL that gives their values. @default none */
    readonly labels?: Readonly<Record<string, string>>;
  }
  & (
    /** SQL for the number; a NULL gives no sample. */
    | { readonly column: string }
    /** The label more, and the SQL for the number at each of its values. */
    | { readonly by: string; readonly columns: Readonly<Record<string, string>> }
  );

type Metric = ReturnType<typeof counter<readonly string[]>> | ReturnType<typeof gauge<readonly string[]>>;
type TableCollector = Collector<MysqldSettings, Database, Record<string, Metric>>;

/** Makes the collector of a table. */
export function tableCollector(table: TableDefinition): TableCollector {
  const common = Object.entries(table.labels ?? {});
  const columns = Object.entries(table.metrics).flatMap(([name, metric]) => columnsOf(name, metric));
  const selected = [
    ...common.map(([, label]) => typeof label === "string" ? label : label.sql),
    ...columns.flatMap(({ labels, sql }) => [...labels, sql]),
  ];
  return defineCollector<MysqldSettings, Database>()({
    help: table.help,
    enabled: table.enabled ?? false,
    metrics: Object.fromEntries(
      Object.entries(table.metrics).map(([name, metric]) => [name, describe(name, metric, common.map(([key]) => key))]),
    ),
    async collect({ resource, settings, signal, metrics }) {
      if (await table.isThere?.(resource, signal) === false) return;
      const { sql, values = [] } = typeof table.from === "string" ? { sql: table.from } : table.from(settings);
      const { rows } = await resource.query(`SELECT ${selected.join(", ")} FROM ${sql}`, { values, signal });
      for (const row of rows) {
        const shared = common.map(([, label], i) => {
          const text = row[i] ?? "";
          return typeof label === "string" ? text : label.shown(text, settings);
        });
        let next = common.length;
        for (const { metric, labels, by, scale } of columns) {
          const own = row.slice(next, next + labels.length).map((text) => text ?? "");
          const cell = row[next + labels.length] ?? null;
          next += labels.length + 1;
          if (cell !== null) metrics[metric]!.labels(...shared, ...own, ...by).set(Number(cell) * scale);
        }
      }
    },
  });
}

/** A number of each row. */
interface Column {
  readonly metric: string;
  /** SQL for the labels that only this metric has. */
  readonly labels: readonly string[];
  /** SQL for the number. */
  readonly sql: string;
  /** The value of the label that tells several columns apart, if there is one. */
  readonly by: readonly string[];
  readonly scale: number;
}

function columnsOf(name: string, metric: TableMetric): Column[] {
  const shared = { metric: name, labels: Object.values(metric.labels ?? {}), scale: metric.scale ?? 1 };
  if ("column" in metric) return [{ ...shared, sql: metric.column, by: [] }];
  return Object.entries(metric.columns).map(([value, sql]) => ({ ...shared, sql, by: [value] }));
}

function describe(name: string, metric: TableMetric, common: readonly string[]): Metric {
  const labelNames = [...common, ...Object.keys(metric.labels ?? {}), ...("by" in metric ? [metric.by] : [])];
  return metric.type === "counter" ? counter(name, metric.help, labelNames) : gauge(name, metric.help, labelNames);
}
