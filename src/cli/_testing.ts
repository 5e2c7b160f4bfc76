/** Helpers of this room's tests. */
import type { LeaseClock } from "../discovery/leases.ts";
import type { Logger } from "../log/logger.ts";

/** A clock that a test moves: by the wall, or both ways of telling the time. */
export interface MovedClock extends LeaseClock {
  /** Lets time pass. */
  pass(ms: number): void;
}

/** A clock that begins at the real time. */
export function movedClock(): MovedClock {
  let movedMs = 0;
  return {
    now: () => Date.now() + movedMs,
    elapsedMs: () => performance.now() + movedMs,
    pass(ms) {
      movedMs += ms;
    },
  };
}

/** A log that keeps its messages. */
export function keptLog(): Logger & { readonly lines: string[] } {
  const lines: string[] = [];
  const write = (message: string, fields: Readonly<Record<string, unknown>> = {}) => {
    lines.push(fields.reason === undefined ? message : `${message}: ${fields.reason}`);
  };
  return { lines, error: write, warn: write, info: write, debug: write };
}
