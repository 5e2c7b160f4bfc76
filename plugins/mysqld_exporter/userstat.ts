import { type Database, hasCode } from "./database.ts";

/** Whether the server counts what its users, clients and tables do: MariaDB and Percona Server can. */
export async function hasUserStatistics(database: Database, signal: AbortSignal): Promise<boolean> {
  try {
    const { rows } = await database.query("SELECT @@userstat", { signal });
    return rows[0]?.[0] === "1";
  } catch (error) {
    if (hasCode(error, "ER_UNKNOWN_SYSTEM_VARIABLE")) return false;
    throw error;
  }
}
