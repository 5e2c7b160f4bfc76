import type { Logger } from "../log/logger.ts";
import type { Outcome } from "./outcome.ts";

/** What may fail: runs of a collector or a callback, one of several upstreams, or the store of what a collector gave. */
export type Subject = "Collector" | "Callback" | "Store" | "Upstream";

const FIELDS = { Collector: "collector", Callback: "callback", Store: "collector", Upstream: "upstream" } as const;

/**
 * Says when something begins to fail and when it succeeds again.
 *
 * It is told of runs, not of scrapes: several servers that scrape with different patience see different outcomes of one
 * run. Each reason is said once until the next success, since reasons may alternate at every scrape.
 */
export class FailureLog {
  readonly #log: Logger;
  readonly #subject: Subject;
  readonly #field: (typeof FIELDS)[Subject];
  readonly #said = new Map<string, Set<Outcome>>();

  constructor(log: Logger, subject: Subject) {
    this.#log = log;
    this.#subject = subject;
    this.#field = FIELDS[subject];
  }

  /** Writes a line if this end of a run is news. */
  ended(name: string, outcome: Outcome, error: unknown): void {
    const said = this.#said.get(name);
    const fields = { [this.#field]: name };
    if (outcome === "ok") {
      if (this.#said.delete(name)) this.#log.info(`${this.#subject} succeeded again`, fields);
    } else if (said?.has(outcome) !== true) {
      this.#said.set(name, new Set([...said ?? [], outcome]));
      this.#log.error(`${this.#subject} failed`, { ...fields, reason: outcome, error });
    }
  }
}
