import { defineCollector, gauge } from "@exporterkit/core";
import type { Database } from "./database.ts";
import type { MysqldSettings } from "./settings.ts";

/** Reports what the threads of the server are doing, but for the one that asks. */
export const processlist = defineCollector<MysqldSettings, Database>()({
  help: "What threads do, from information_schema.processlist.",
  enabled: false,
  metrics: {
    threads: gauge("mysql_info_schema_processlist_threads", "Threads by command and state.", ["command", "state"]),
    seconds: gauge("mysql_info_schema_processlist_seconds", "Time that threads have been in a state, from TIME.", [
      "command",
      "state",
    ]),
    byUser: gauge("mysql_info_schema_processlist_processes_by_user", "Threads by user.", ["mysql_user"]),
    byHost: gauge("mysql_info_schema_processlist_processes_by_host", "Threads by host of the client.", ["client_host"]),
  },
  async collect({ resource, signal, settings, metrics }) {
    const { min_time, processes_by_user, processes_by_host } = settings.collect.info_schema.processlist;
    const { rows } = await resource.query(
      "SELECT user, SUBSTRING_INDEX(host, ':', 1), command, state, COUNT(*), SUM(time) " +
        "FROM information_schema.processlist WHERE id != CONNECTION_ID() AND time >= ? " +
        "GROUP BY user, SUBSTRING_INDEX(host, ':', 1), command, state",
      { signal, values: [min_time] },
    );
    const users = new Map<string, number>();
    const hosts = new Map<string, number>();
    const states = new Map<string, { command: string; state: string; threads: number; seconds: number }>();
    for (const [user, host, commandText, stateText, count, time] of rows) {
      const [command, state] = [wordOf(commandText ?? ""), wordOf(stateText ?? "")];
      const threads = Number(count);
      // System threads have no host.
      add(hosts, host || "unknown", threads);
      add(users, user ?? "", threads);
      const key = `${command}\n${state}`;
      const known = states.get(key) ?? { command, state, threads: 0, seconds: 0 };
      states.set(key, { ...known, threads: known.threads + threads, seconds: known.seconds + Number(time) });
    }
    for (const { command, state, threads, seconds } of states.values()) {
      metrics.threads.set({ command, state }, threads);
      metrics.seconds.set({ command, state }, seconds);
    }
    if (processes_by_user) users.forEach((threads, mysql_user) => metrics.byUser.set({ mysql_user }, threads));
    if (processes_by_host) hosts.forEach((threads, client_host) => metrics.byHost.set({ client_host }, threads));
  },
});

/** A command or state as a word, as mysqld_exporter makes it: `Waiting for table flush` is `waiting_for_table_flush`. */
export function wordOf(text: string): string {
  return text === "" ? "unknown" : text.toLowerCase().replace(/[;,:.()]/g, "").replace(/[ -]/g, "_");
}

function add(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}
