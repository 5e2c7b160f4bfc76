/** Time as those who wait for runs see it. */
export interface Clock {
  /** Wall clock, in milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since some fixed moment; never goes back. */
  elapsedMs(): number;
  /** Calls back once after a delay. Returns a function that prevents it. */
  after(delayMs: number, callback: () => void, options?: TimerOptions): () => void;
}

/** What a timer may do besides calling back. */
export interface TimerOptions {
  /** Whether the process lives at least until then, where the runtime lets one choose. @default true */
  readonly keepsAlive?: boolean;
}

/** The longest delay of a timer, some 24 days: a longer one would fire at once. */
const MOST_DELAY_MS = 2 ** 31 - 1;

/** The runtime's own clock. What is due in more than 24 days, or never, it does not call back for. */
export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  elapsedMs: () => performance.now(),
  after(delayMs, callback, { keepsAlive = true } = {}) {
    if (delayMs > MOST_DELAY_MS) return () => {};
    const timer = setTimeout(callback, delayMs);
    // Timers are numbers on Workers, where nothing is kept alive by them.
    if (!keepsAlive) (timer as { unref?(): void }).unref?.();
    return () => clearTimeout(timer);
  },
};
