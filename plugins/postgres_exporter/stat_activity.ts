import { gauge } from "@exporterkit/core";
import { defineDefault } from "./_define.ts";
import { needsOthers } from "./_privileges.ts";
import { numberOf, textOf } from "./_rows.ts";

const LABELS = ["datname", "server", "state"] as const;

const STATES = [
  "active",
  "idle",
  "idle in transaction",
  "idle in transaction (aborted)",
  "fastpath function call",
  "disabled",
];

const QUERY = `
SELECT databases.datname, states.state,
  count(activity.*) AS count,
  coalesce(max(extract(epoch FROM now() - activity.xact_start)), 0)::float8 AS max_tx_duration
FROM pg_database AS databases
CROSS JOIN unnest(ARRAY[${STATES.map((state) => `'${state}'`).join(", ")}]) AS states(state)
LEFT JOIN pg_stat_activity AS activity ON activity.datname = databases.datname AND activity.state = states.state
GROUP BY databases.datname, states.state`;

/** Collects what sessions are doing, also what none is. */
export const statActivity = defineDefault({
  help: "Sessions in each database, by state.",
  metrics: {
    count: gauge("pg_stat_activity_count", "Sessions in this state, from pg_stat_activity.", LABELS),
    maxTxDuration: gauge(
      "pg_stat_activity_max_tx_duration",
      "Seconds that the longest transaction of such a session has been open, from xact_start of pg_stat_activity.",
      LABELS,
    ),
  },
  async collect({ resource, metrics, signal }) {
    needsOthers(resource.facts, "states of other roles' sessions in pg_stat_activity");
    const { label: server } = resource.facts;
    for (const { datname, state, count, max_tx_duration } of await resource.query(QUERY, signal)) {
      const labels = { datname: textOf(datname), server, state: textOf(state) };
      metrics.count.set(labels, numberOf(count));
      metrics.maxTxDuration.set(labels, numberOf(max_tx_duration));
    }
  },
});
