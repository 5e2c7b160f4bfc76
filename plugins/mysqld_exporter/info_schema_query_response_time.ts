import { defineCollector, histogram } from "@exporterkit/core";
import { type Database, hasCode, type Table } from "./database.ts";
import type { MysqldSettings } from "./settings.ts";

/** The tables and their metrics. Percona Server 5.6 and 5.7 have all three, others the first one at most. */
const TABLES = [
  ["QUERY_RESPONSE_TIME", "mysql_info_schema_query_response_time_seconds", "Time that statements took"],
  ["QUERY_RESPONSE_TIME_READ", "mysql_info_schema_read_query_response_time_seconds", "Time that reads took"],
  ["QUERY_RESPONSE_TIME_WRITE", "mysql_info_schema_write_query_response_time_seconds", "Time that writes took"],
] as const;

/** Reports how long statements take, where the plugin that measures it is installed and query_response_time_stats on. */
export const queryResponseTime = defineCollector<MysqldSettings, Database>()({
  help: "Time that statements take, from information_schema.query_response_time, where the server measures it.",
  async collect({ resource, signal, family }) {
    if (!await isMeasured(resource, signal)) return;
    for (const [table, name, help] of TABLES) {
      const answer = await rowsOf(table, resource, signal);
      if (answer === undefined) continue;
      const { bounds, ...value } = parseResponseTimes(answer);
      family(histogram(name, `${help}, from ${table}.`, [], { buckets: bounds })).set(value);
    }
  },
});

/** A histogram, and the bounds of its buckets. */
interface ResponseTimes {
  readonly bounds: readonly number[];
  readonly buckets: readonly number[];
  readonly count: number;
  readonly sum: number;
}

/** Reads rows of a bound, a count and a total, where the last bound is `TOO LONG`. */
export function parseResponseTimes({ rows }: Pick<Table, "rows">): ResponseTimes {
  const bounds: number[] = [];
  const buckets: number[] = [];
  let count = 0;
  let sum = 0;
  for (const [bound, statements, total] of rows) {
    count += Number(statements);
    // What took too long is counted, but its total is not told.
    if (Number.isNaN(Number(bound))) continue;
    sum += Number(total);
    bounds.push(Number(bound));
    buckets.push(count);
  }
  return { bounds, buckets, count, sum };
}

async function isMeasured(database: Database, signal: AbortSignal): Promise<boolean> {
  try {
    const { rows } = await database.query("SELECT @@query_response_time_stats", { signal });
    return rows[0]?.[0] === "1";
  } catch (error) {
    if (hasCode(error, "ER_UNKNOWN_SYSTEM_VARIABLE")) return false;
    throw error;
  }
}

async function rowsOf(table: string, database: Database, signal: AbortSignal): Promise<Table | undefined> {
  try {
    return await database.query(`SELECT TIME, COUNT, TOTAL FROM information_schema.${table}`, { signal });
  } catch (error) {
    if (hasCode(error, "ER_UNKNOWN_TABLE")) return undefined;
    throw error;
  }
}
