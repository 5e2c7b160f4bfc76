import * as v from "valibot";
import { parse } from "yaml";

/** What becomes of a column. */
export type Usage = typeof USAGES[number];

/** A column of a query's answer. */
export interface Column {
  readonly usage: Usage;
  readonly description: string;
  /** The numbers of a mapped metric, by the texts that stand for them. */
  readonly mapping: Readonly<Record<string, number>>;
}

/** A query that somebody wrote, and what its answer means. */
export interface CustomQuery {
  /** Begins the names of its families. */
  readonly name: string;
  readonly query: string;
  /** Whether it is only for the database of the data source, and not for those that are discovered. */
  readonly master: boolean;
  /** How long an answer may be shown again. */
  readonly cacheSeconds: number;
  /** The versions that it is for, as a range. */
  readonly versions: string | undefined;
  readonly columns: ReadonlyMap<string, Column>;
}

const USAGES = ["LABEL", "COUNTER", "GAUGE", "MAPPEDMETRIC", "DURATION", "DISCARD"] as const;

const column = v.object({
  usage: v.pipe(v.string(), v.toUpperCase(), v.picklist(USAGES, `expected one of ${USAGES.join(", ")}`)),
  description: v.optional(v.nullable(v.string()), ""),
  metric_mapping: v.optional(v.record(v.string(), v.number()), {}),
});

const file = v.record(
  v.pipe(v.string(), v.regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, "expected a name such as pg_replication")),
  v.object({
    query: v.string(),
    master: v.optional(v.boolean(), false),
    cache_seconds: v.optional(v.pipe(v.number(), v.minValue(0)), 0),
    runonserver: v.optional(v.string()),
    metrics: v.array(v.record(v.string(), column)),
  }),
);

/**
 * Reads a file of queries as `--extend.query-path` of postgres_exporter takes it.
 *
 * @param path For messages.
 * @throws {SyntaxError} If it is no YAML.
 * @throws {TypeError} If it is no such file.
 */
export function parseQueries(text: string, path: string): CustomQuery[] {
  let content: unknown;
  try {
    content = parse(text) ?? {};
  } catch (cause) {
    throw new SyntaxError(`Cannot read the queries of ${path}`, { cause });
  }
  const { success, issues, output } = v.safeParse(file, content);
  if (!success) {
    const [issue] = issues;
    throw new TypeError(`Cannot use the queries of ${path}: ${v.getDotPath(issue) ?? "the file"}: ${issue.message}`);
  }
  return Object.entries(output).map(([name, { query, master, cache_seconds, runonserver, metrics }]) => ({
    name,
    query,
    master,
    cacheSeconds: cache_seconds,
    versions: runonserver,
    columns: new Map(
      metrics.flatMap((columns) => Object.entries(columns)).map(([column, { usage, description, metric_mapping }]) => [
        column,
        { usage, description: description ?? "", mapping: metric_mapping },
      ]),
    ),
  }));
}
