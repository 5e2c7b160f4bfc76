/** Time as those who wait for runs see it. */
export interface Clock {
  /** Wall clock, in milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since some fixed moment; never goes back. */
  elapsedMs(): number;
  /** Calls back once after a delay. Returns a function that prevents it. */
  after(delayMs: number, callback: () => void): () => void;
}

/** The runtime's own clock. */
export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  elapsedMs: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
