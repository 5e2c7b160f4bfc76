import { bgwriter } from "./bgwriter.ts";
import { database } from "./database.ts";
import { locks } from "./locks.ts";
import { queries } from "./queries.ts";
import { replicationSlots } from "./replication_slots.ts";
import { serverSettings } from "./server_settings.ts";
import { statActivity } from "./stat_activity.ts";
import { statArchiver } from "./stat_archiver.ts";
import { statDatabase } from "./stat_database.ts";
import { statDatabaseConflicts } from "./stat_database_conflicts.ts";
import { statReplication } from "./stat_replication.ts";
import { version } from "./version.ts";

/** What is built in: these ask servers that are probed, too. */
export const builtIn = {
  // One line each, in alphabetical order.
  bgwriter,
  database,
  locks,
  replication_slots: replicationSlots,
  settings: serverSettings,
  stat_activity: statActivity,
  stat_archiver: statArchiver,
  stat_database: statDatabase,
  stat_database_conflicts: statDatabaseConflicts,
  stat_replication: statReplication,
  version,
};

const taken = Object.values(builtIn).flatMap(({ metrics = {} }) => Object.values(metrics).map(({ name }) => name));

/** All collectors, by the name that flags and `collect[]` know them by. */
export const collectors = { ...builtIn, queries: queries(new Set(taken)) };
