import type { RunResult } from "../metrics/callback.ts";

/** What a run returned; rejects with what went wrong. */
export async function valueOf<Value>(run: Promise<RunResult<Value>>): Promise<Value> {
  const { outcome, value, error } = await run;
  if (outcome !== "ok") throw error;
  return value as Value;
}
