import type { Logger } from "../log/logger.ts";
import type { Outcome } from "./outcome.ts";

/**
 * Says when a collector or a callback begins to fail and when it succeeds again.
 *
 * It is told of runs, not of scrapes: several servers that scrape with different patience see different outcomes of one
 * run. Each reason is said once until the next success, since reasons may alternate at every scrape.
 */
export class FailureLog {
  readonly #log: Logger;
  readonly #subject: "Collector" | "Callback";
  readonly #said = new Map<string, Set<Outcome>>();

  /** @param subject What is run. */
  constructor(log: Logger, subject: "Collector" | "Callback") {
    this.#log = log;
    this.#subject = subject;
  }

  /** Writes a line if this end of a run is news. */
  ended(name: string, outcome: Outcome, error: unknown): void {
    const said = this.#said.get(name);
    const fields = { [this.#subject.toLowerCase()]: name };
    if (outcome === "ok") {
      if (this.#said.delete(name)) this.#log.info(`${this.#subject} succeeded again`, fields);
    } else if (said?.has(outcome) !== true) {
      this.#said.set(name, new Set([...said ?? [], outcome]));
      this.#log.error(`${this.#subject} failed`, { ...fields, reason: outcome, error });
    }
  }
}
