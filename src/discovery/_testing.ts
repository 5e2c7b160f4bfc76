/** Helpers of this room's tests. */
import type { AnnouncementOptions } from "./announcement.ts";

/** A timer and a log that a test steers and reads. */
export interface Watched extends Required<AnnouncementOptions> {
  /** The lines so far: message, and the reason or `-`. */
  readonly lines: string[];
  /** Delays of the timers that wait. */
  delays(): number[];
  /** Lets the timer that waits fire, and waits until what it does has set the next one. */
  beat(): Promise<void>;
}

/** Makes them. */
export function watched(): Watched {
  const lines: string[] = [];
  const waiting = new Map<() => void, number>();
  let hasSet = () => {};
  function log(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    lines.push(`${message}: ${fields.reason ?? "-"}`);
  }
  return {
    lines,
    log: { info: log, warn: log },
    timer(delayMs, callback) {
      waiting.set(callback, delayMs);
      hasSet();
      return () => waiting.delete(callback);
    },
    delays: () => [...waiting.values()],
    async beat() {
      const set = new Promise<void>((resolve) => hasSet = resolve);
      for (const callback of waiting.keys()) {
        waiting.delete(callback);
        callback();
      }
      await set;
    },
  };
}

/** Waits for the first timer, which is set when the first attempt has ended. */
export async function settled(watch: Watched): Promise<void> {
  while (watch.delays().length === 0) await new Promise((resolve) => setTimeout(resolve, 0));
}
