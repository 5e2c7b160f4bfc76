import { defineCollector, gauge } from "@exporterkit/core";
import type { Database } from "./database.ts";
import type { MysqldSettings } from "./settings.ts";

/** Reports what only InnoDB's monitor tells. */
export const engineInnodbStatus = defineCollector<MysqldSettings, Database>()({
  help: "Queries and read views in InnoDB, from SHOW ENGINE INNODB STATUS.",
  enabled: false,
  metrics: {
    inside: gauge("mysql_engine_innodb_queries_inside_innodb", "Queries inside InnoDB."),
    queued: gauge("mysql_engine_innodb_queries_in_queue", "Queries that wait to get into InnoDB."),
    readViews: gauge("mysql_engine_innodb_read_views_open_inside_innodb", "Open read views."),
  },
  async collect({ resource, signal, metrics }) {
    const { rows } = await resource.query("SHOW ENGINE INNODB STATUS", { signal });
    const { inside, queued, readViews } = parseInnodbStatus(rows[0]?.[2] ?? "");
    if (inside !== undefined) metrics.inside.set(inside);
    if (queued !== undefined) metrics.queued.set(queued);
    if (readViews !== undefined) metrics.readViews.set(readViews);
  },
});

/** Finds the numbers in the text of InnoDB's monitor; not every server's text has all of them. */
export function parseInnodbStatus(text: string): { inside?: number; queued?: number; readViews?: number } {
  const queries = /^(\d+) queries inside InnoDB, (\d+) queries in queue/m.exec(text);
  const views = /^(\d+) read views open inside InnoDB/m.exec(text);
  return {
    ...(queries === null ? {} : { inside: Number(queries[1]), queued: Number(queries[2]) }),
    ...(views === null ? {} : { readViews: Number(views[1]) }),
  };
}
