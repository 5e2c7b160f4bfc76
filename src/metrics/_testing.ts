import type { Clock, TimerOptions } from "./clock.ts";

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #elapsedMs = 0;
  #jumpedMs = 0;
  #timers: { dueMs: number; callback: () => void; keepsAlive: boolean }[] = [];

  now(): number {
    return 1_700_000_000_000 + this.#elapsedMs + this.#jumpedMs;
  }

  elapsedMs(): number {
    return this.#elapsedMs;
  }

  after(delayMs: number, callback: () => void, { keepsAlive = true }: TimerOptions = {}): () => void {
    const timer = { dueMs: this.#elapsedMs + delayMs, callback, keepsAlive };
    this.#timers.push(timer);
    return () => this.#timers = this.#timers.filter((other) => other !== timer);
  }

  /** Sets the wall clock forward or back, as an administrator does. */
  jump(ms: number): void {
    this.#jumpedMs += ms;
  }

  /** Lets time pass without any timer, as when a machine sleeps. */
  sleep(ms: number): void {
    this.#elapsedMs += ms;
  }

  /** How many timers have not fired. */
  get pending(): number {
    return this.#timers.length;
  }

  /** Whether a timer that has not fired keeps the process alive. */
  get keepsAlive(): boolean {
    return this.#timers.some(({ keepsAlive }) => keepsAlive);
  }

  /** Moves time forward, timer by timer, and lets what waits for them run. */
  async advance(ms: number): Promise<void> {
    await settle();
    const untilMs = this.#elapsedMs + ms;
    for (;;) {
      const next = this.#timers.filter(({ dueMs }) => dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#elapsedMs = next.dueMs;
      next.callback();
      await settle();
    }
    this.#elapsedMs = untilMs;
  }
}

/** Lets everything run that only waits for promises. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** A promise that a test settles. */
export interface Deferred<Value = void> {
  /** What is waited for. */
  readonly promise: Promise<Value>;
  /** Fulfils it. */
  readonly resolve: (value: Value) => void;
  /** Rejects it. */
  readonly reject: (error: unknown) => void;
}

/** Makes a promise that a test settles. */
export function deferred<Value = void>(): Deferred<Value> {
  let resolve!: (value: Value) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<Value>((...functions) => [resolve, reject] = functions);
  return { promise, resolve, reject };
}
