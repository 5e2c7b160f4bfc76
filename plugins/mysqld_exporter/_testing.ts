import { readFileSync } from "node:fs";
import { type Collector, defineExporter, handler } from "@exporterkit/core";
import type * as v from "valibot";
import type { Cell, Database, Table } from "./database.ts";
import { type MysqldSettings, settings as schema } from "./settings.ts";

/** What a fake server answers to a statement: rows, or an error with one of the server's codes. */
export type FakeAnswer = Table | { readonly refusal: string };

/** A server that knows some statements, and refuses all others as no SQL. */
export interface FakeDatabase extends Database {
  /** What it was asked, with the values behind it. */
  readonly asked: readonly string[];
}

/** Makes a server of what tests say that it answers; statements are told by how they begin. */
export function fakeDatabase(answers: Readonly<Record<string, FakeAnswer>>): FakeDatabase {
  const asked: string[] = [];
  return {
    asked,
    query(sql, { values = [] }) {
      asked.push([sql, ...values].join(" | "));
      const known = Object.keys(answers).find((beginning) => sql.startsWith(beginning));
      const answer = known === undefined ? { refusal: "ER_PARSE_ERROR" } : answers[known]!;
      return "refusal" in answer ? Promise.reject(refusal(answer.refusal)) : Promise.resolve(answer);
    },
    ping: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

/** An answer as the client of MariaDB printed it into testdata. */
export function captured(file: string): Table {
  const [head = "", ...lines] = readFileSync(new URL(`testdata/${file}`, import.meta.url), "utf8").trimEnd().split(
    "\n",
  );
  return table(head.split("\t"), ...lines.map((line) => line.split("\t").map(cellOf)));
}

/** An answer. */
export function table(columns: readonly string[], ...rows: readonly (readonly Cell[])[]): Table {
  return { columns, rows };
}

/**
 * What one scrape of a collector exposes: the samples, as lines of text 0.0.4, without those about the exporter.
 *
 * @throws Whatever the collector throws.
 */
export async function expose(
  // deno-lint-ignore no-explicit-any
  collector: Collector<MysqldSettings, Database, any>,
  database: Database,
  settings: v.InferInput<typeof schema> = {},
): Promise<string[]> {
  const failures: unknown[] = [];
  const exporter = defineExporter({
    name: "mysqld",
    version: "0.0.0",
    port: 9104,
    namespace: "mysql",
    settings: schema,
    open: () => database,
    collectors: {
      tested: {
        ...collector,
        enabled: true,
        async collect(context: Parameters<typeof collector.collect>[0]) {
          try {
            await collector.collect(context);
          } catch (error) {
            failures.push(error);
            throw error;
          }
        },
      },
    },
  });
  const answer = await handler(exporter, { settings }).fetch(new Request("http://localhost/metrics"));
  const text = await answer.text();
  if (failures.length > 0) throw failures.pop();
  if (!text.includes('mysql_scrape_collector_success{collector="tested"} 1\n')) {
    throw new Error(`Cannot collect: the exporter answered ${answer.status} and\n${text}`);
  }
  return text.split("\n").filter((line) => /^mysql_(?!scrape_|exporter_|up )/.test(line));
}

function cellOf(text: string): Cell {
  return text === "NULL" ? null : text.replaceAll("\\n", "\n");
}

function refusal(code: string): Error {
  return Object.assign(new Error(`refused: ${code}`), { code });
}
