import { type ExporterState, takesScrapes } from "./state.ts";

/** Where an exporter is in its life, and how much work is under way. */
export class Lifecycle {
  readonly #exporter: string;
  #state: ExporterState = "starting";
  #isStarted = false;
  #works = 0;
  #whenDrained: (() => void)[] = [];

  /** @param exporter Its name, for errors. */
  constructor(exporter: string) {
    this.#exporter = exporter;
  }

  get state(): ExporterState {
    return this.#state;
  }

  /** Whether it was started. */
  get isStarted(): boolean {
    return this.#isStarted;
  }

  /** Whether it is to be started now: true once, and never after it drained. */
  start(): boolean {
    if (this.#isStarted || !takesScrapes(this.#state)) return false;
    this.#isStarted = true;
    return true;
  }

  /** Notes that the first attempt at its upstream has ended. */
  tried(): void {
    if (this.#state === "starting") this.#state = "ready";
  }

  /** @throws {Error} If it is draining or closed. */
  refuseUnlessLive(what: string): void {
    if (takesScrapes(this.#state)) return;
    const why = this.#state === "draining" ? "it is draining" : "it was closed";
    throw new Error(`${what} of exporter "${this.#exporter}": ${why}`);
  }

  /**
   * Does something that draining waits for.
   *
   * @param what What cannot be done when it is too late, for the error.
   * @throws {Error} If it is draining or closed.
   */
  async run<Value>(what: string, work: () => Promise<Value>): Promise<Value> {
    this.refuseUnlessLive(what);
    this.#works++;
    try {
      return await work();
    } finally {
      this.#works--;
      if (this.#works === 0) this.#whenDrained.forEach((drained) => drained());
    }
  }

  /** Takes no more work, and resolves when nothing is under way. */
  async drain(): Promise<void> {
    if (takesScrapes(this.#state)) this.#state = "draining";
    if (this.#works > 0) await new Promise<void>((resolve) => this.#whenDrained.push(resolve));
  }

  /** Ends its life: `closed`, or `failed` if it could not be given everything back. */
  async end(close: () => Promise<void>): Promise<void> {
    this.#state = "draining";
    try {
      await close();
      this.#state = "closed";
    } catch (error) {
      this.#state = "failed";
      throw error;
    }
  }
}
