import type { Clock } from "../metrics/clock.ts";
import type { Exporter, ResourceContext } from "./definition.ts";
import { OutcomeError } from "./outcome.ts";

/** Whether an exporter has an upstream that can be asked. */
export function hasUpstream({ open, check }: Exporter): boolean {
  return open !== undefined || check !== undefined;
}

/** What the collectors of an exporter share: opened once, asked at each scrape, tried again when it failed. */
export class SharedResource {
  readonly #exporter: Exporter;
  readonly #context: Omit<ResourceContext<unknown>, "signal">;
  readonly #clock: Clock;
  #opened: { readonly value: unknown } | undefined;
  #attempt: Promise<void> | undefined;
  #failure: unknown;

  constructor(exporter: Exporter, context: Omit<ResourceContext<unknown>, "signal">, clock: Clock) {
    this.#exporter = exporter;
    this.#context = context;
    this.#clock = clock;
  }

  /** What `open` made, for a collector. @throws {OutcomeError} `down` when the upstream was not reached. */
  use(): unknown {
    if (!hasUpstream(this.#exporter)) return undefined;
    if (this.#failure !== undefined || (this.#exporter.open !== undefined && this.#opened === undefined)) {
      throw new OutcomeError("down", "the upstream was not reached", { cause: this.#failure });
    }
    return this.#opened?.value;
  }

  /** Opens the resource if it is not open, and asks the upstream. Returns whether that worked in time. */
  async reach(withinMs: number): Promise<boolean> {
    if (!hasUpstream(this.#exporter)) return true;
    if (this.#attempt === undefined) {
      const controller = new AbortController();
      const attempt = this.#try(controller.signal).finally(() => {
        cancel();
        this.#attempt = undefined;
      });
      const cancel = this.#clock.after(withinMs, () => {
        this.#failure ??= new DOMException("The upstream did not answer in time", "TimeoutError");
        controller.abort(this.#failure);
      });
      this.#attempt = attempt;
    }
    let cancelWait = () => {};
    const late = new Promise<void>((resolve) => cancelWait = this.#clock.after(withinMs, resolve));
    await Promise.race([this.#attempt, late]);
    cancelWait();
    if (this.#attempt !== undefined) this.#failure ??= new Error("the upstream did not answer in time");
    return this.#failure === undefined;
  }

  /** Gives back what `open` made. */
  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened !== undefined) await this.#exporter.close?.(opened.value);
  }

  async #try(signal: AbortSignal): Promise<void> {
    const context = { ...this.#context, signal };
    try {
      if (this.#exporter.open !== undefined && this.#opened === undefined) {
        this.#opened = { value: await this.#exporter.open(context) };
      }
      await this.#exporter.check?.({ ...context, resource: this.#opened?.value });
      signal.throwIfAborted();
      if (this.#failure !== undefined) this.#context.log.info("Upstream reached again");
      this.#failure = undefined;
    } catch (error) {
      if (this.#failure === undefined) this.#context.log.error("Upstream not reached", { error });
      this.#failure = error ?? new Error("unknown");
    }
  }
}
