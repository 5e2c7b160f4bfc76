import { errorText } from "../log/logger.ts";
import { Callback, type RunEnd } from "../metrics/callback.ts";
import type { Clock } from "../metrics/clock.ts";
import type { Exporter, ResourceContext } from "./definition.ts";
import { OutcomeError } from "./outcome.ts";

/** How long the upstream may take to be opened when no scrape waits for it. */
export const OPEN_TIMEOUT_MS = 10_000;
/** How long `close` may take. */
const CLOSE_TIMEOUT_MS = 10_000;
/** The pause after a first failure to open; each next one is twice as long. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
/** So many causes of one outage are told apart in the log. */
const MOST_CAUSES = 8;

/** Whether an exporter has an upstream that can be asked. */
export function hasUpstream({ open, check }: Exporter): boolean {
  return open !== undefined || check !== undefined;
}

/** What the collectors of an exporter share: opened once, asked at each scrape, tried again when it failed. */
export class SharedResource {
  readonly #exporter: Exporter;
  readonly #context: Omit<ResourceContext<unknown>, "signal">;
  readonly #clock: Clock;
  readonly #attempt: Callback;
  #opened: { readonly value: unknown } | undefined;
  /** The causes for which the upstream was not reached since it last was, as the log has them. */
  readonly #causes = new Set<string>();
  #closed = false;
  #cancelRetry = () => {};
  #holders = 0;
  #whenFree: (() => void) | undefined;

  constructor(exporter: Exporter, context: Omit<ResourceContext<unknown>, "signal">, clock: Clock) {
    this.#exporter = exporter;
    this.#context = context;
    this.#clock = clock;
    this.#attempt = new Callback(`the upstream of exporter "${exporter.name}"`, (signal) => this.#try(signal), {
      clock,
      ended: (end) => this.#logChange(end),
    });
  }

  /** Opens the resource if it is not open, and asks the upstream. Joins an attempt under way. Never rejects. */
  async reach(withinMs: number): Promise<RunEnd> {
    return hasUpstream(this.#exporter) ? await this.#attempt.run({ timeoutMs: withinMs }) : { outcome: "ok" };
  }

  /**
   * What `open` made, for a collector.
   *
   * @param reached What {@link reach} said.
   * @throws {OutcomeError} `down` when the upstream was not reached.
   */
  use({ outcome, error }: RunEnd): unknown {
    if (outcome !== "ok") throw new OutcomeError("down", "the upstream was not reached", { cause: error });
    return this.#opened?.value;
  }

  /**
   * Opens the resource without a scrape that waits, and again after pauses that grow until it is open.
   *
   * @param tried Told when the first attempt has ended, however it did.
   */
  async openInBackground(tried: () => void, pauseMs: number = FIRST_PAUSE_MS): Promise<void> {
    if (this.#opened === undefined && !this.#closed) await this.reach(OPEN_TIMEOUT_MS);
    tried();
    if (this.#opened !== undefined || this.#closed) return;
    const retry = () => void this.openInBackground(() => {}, Math.min(2 * pauseMs, LONGEST_PAUSE_MS));
    this.#cancelRetry = this.#clock.after(pauseMs, retry, { keepsAlive: false });
  }

  /**
   * Keeps the resource from being given back by {@link retire}, for as long as something uses it.
   *
   * @returns Ends that. Only its first call counts.
   */
  hold(): () => void {
    this.#holders++;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      if (--this.#holders === 0) this.#whenFree?.();
    };
  }

  /** As {@link close}, once nobody holds it any more. Nobody may hold it anew. */
  async retire(): Promise<void> {
    if (this.#holders > 0) await new Promise<void>((resolve) => this.#whenFree = resolve);
    await this.close();
  }

  /**
   * Gives back what `open` made, also what it makes only later.
   *
   * @throws {Error} If `close` throws, or has not ended in time.
   */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelRetry();
    this.#attempt.abort(new Error("the exporter was closed"));
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened !== undefined) await this.#giveBack(opened.value);
  }

  async #try(signal: AbortSignal): Promise<void> {
    const context = { ...this.#context, signal };
    if (this.#exporter.open !== undefined && this.#opened === undefined) {
      const value = await this.#exporter.open(context);
      if (this.#closed) return await this.#giveBack(value);
      this.#opened = { value };
    }
    signal.throwIfAborted();
    await this.#exporter.check?.({ ...context, resource: this.#opened?.value });
  }

  async #giveBack(value: unknown): Promise<void> {
    const { name } = this.#exporter;
    const closing = new Callback(
      `close of exporter "${name}"`,
      (signal) => this.#exporter.close?.(value, { ...this.#context, signal }),
      { clock: this.#clock },
    );
    const { outcome, error } = await closing.run({ timeoutMs: CLOSE_TIMEOUT_MS });
    if (outcome === "ok") return;
    const why = outcome === "timeout"
      ? `its close had not ended after ${CLOSE_TIMEOUT_MS / 1000} s`
      : "its close failed";
    throw new Error(`Cannot close exporter "${name}": ${why}`, outcome === "timeout" ? {} : { cause: error });
  }

  #logChange({ outcome, error }: RunEnd): void {
    if (this.#closed) return;
    const { log } = this.#context;
    if (outcome === "ok") {
      if (this.#causes.size > 0) log.info("Upstream reached again");
      this.#causes.clear();
      return;
    }
    // What is refused now may hang later: each cause is said once.
    const cause = errorText(error);
    if (this.#causes.has(cause) || this.#causes.size === MOST_CAUSES) return;
    this.#causes.add(cause);
    log.error("Upstream not reached", { error });
  }
}
