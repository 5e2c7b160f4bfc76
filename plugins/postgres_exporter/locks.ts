import { gauge } from "@exporterkit/core";
import { defineDefault } from "./_define.ts";
import { numberOf, textOf } from "./_rows.ts";

const MODES = [
  "accesssharelock",
  "rowsharelock",
  "rowexclusivelock",
  "shareupdateexclusivelock",
  "sharelock",
  "sharerowexclusivelock",
  "exclusivelock",
  "accessexclusivelock",
  "sireadlock",
];

const QUERY = `
SELECT datname, mode, count(locks.*) AS count
FROM pg_database
CROSS JOIN unnest('{${MODES.join(",")}}'::text[]) AS modes(mode)
LEFT JOIN (SELECT database, lower(mode) AS held FROM pg_locks) AS locks
  ON locks.database = pg_database.oid AND locks.held = modes.mode
GROUP BY datname, mode`;

/** Collects how many locks there are, also none. */
export const locks = defineDefault({
  help: "Locks in each database, by mode.",
  metrics: {
    count: gauge("pg_locks_count", "Locks that are held or waited for, from pg_locks.", ["datname", "mode", "server"]),
  },
  async collect({ resource, metrics, signal }) {
    const { label: server } = resource.facts;
    for (const { datname, mode, count } of await resource.query(QUERY, signal)) {
      metrics.count.set({ datname: textOf(datname), mode: textOf(mode), server }, numberOf(count));
    }
  },
});
