import { UpstreamError } from "@exporterkit/core";
import type { ServerFacts } from "./server.ts";

/**
 * Refuses to report what would be wrong: a role without the rights sees its own sessions only, and PostgreSQL answers as if
 * the others were not there.
 *
 * @param what What is read, and what is missing then.
 * @throws {UpstreamError} If the role does not see what others do.
 */
export function needsOthers({ role, seesOthers }: ServerFacts, what: string): void {
  if (seesOthers) return;
  throw new UpstreamError(
    "denied",
    `Cannot read ${what}: they are hidden from role "${role}"; let a superuser run GRANT pg_monitor TO "${
      role.replaceAll('"', '""')
    }"`,
  );
}
