import type { Clock } from "../metrics/clock.ts";

/** How much is kept, and for how long. */
export interface PoolOptions<Target> {
  /** How many targets are kept when nobody uses them. */
  readonly most: number;
  /** How long one is kept that nobody uses, in milliseconds. */
  readonly idleMs: number;
  readonly clock: Clock;
  /** Gives back what a target holds. */
  readonly close: (target: Target) => Promise<void>;
  /** Told of what `close` rejects with where nobody waits for it. */
  readonly failed: (error: unknown) => void;
}

interface Entry<Target> {
  readonly target: Target;
  users: number;
  /** Prevents that it is let go of for being idle. */
  stay: () => void;
}

/** Keeps what targets hold between their probes: those used last, and none for long. */
export class TargetPool<Target> {
  readonly #options: PoolOptions<Target>;
  /** From the one that was used first to the one that was used last. */
  readonly #entries = new Map<string, Entry<Target>>();
  /** What is being given back. */
  readonly #closing = new Set<Promise<void>>();

  constructor(options: PoolOptions<Target>) {
    this.#options = options;
  }

  /** How many targets there are. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * Uses the target of a name, made if there is none. Never closes one that is in use: there may be more than the most
   * while more are used at the same time.
   */
  async use<Result>(name: string, create: () => Target, use: (target: Target) => Promise<Result>): Promise<Result> {
    const entry = this.#entries.get(name) ?? { target: create(), users: 0, stay: () => {} };
    entry.stay();
    entry.users++;
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    try {
      return await use(entry.target);
    } finally {
      entry.users--;
      if (entry.users === 0) this.#rest(name, entry);
    }
  }

  /** Lets go of all there is: what is in use, after that. */
  clear(): void {
    for (const [name, entry] of this.#entries) {
      if (entry.users === 0) this.#letGo(name);
      else this.#entries.delete(name);
    }
  }

  /** Gives everything back. @throws {AggregateError} If some of it could not be. */
  async close(): Promise<void> {
    const closings = await Promise.allSettled(
      [...this.#entries.keys()].map((name) => this.#options.close(this.#take(name).target)),
    );
    await Promise.all(this.#closing);
    const errors = closings.flatMap((closing) => closing.status === "rejected" ? [closing.reason] : []);
    if (errors.length > 0) throw new AggregateError(errors, "Cannot let go of all targets");
  }

  #rest(name: string, entry: Entry<Target>): void {
    const { most, idleMs, clock } = this.#options;
    if (this.#entries.get(name) !== entry) return this.#close(entry);
    entry.stay = clock.after(idleMs, () => this.#letGo(name), { keepsAlive: false });
    for (const [name, { users }] of this.#entries) {
      if (this.#entries.size <= most) break;
      if (users === 0) this.#letGo(name);
    }
  }

  #letGo(name: string): void {
    this.#close(this.#take(name));
  }

  #close({ target }: Entry<Target>): void {
    const { close, failed } = this.#options;
    const closing = close(target).catch(failed).finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  #take(name: string): Entry<Target> {
    const entry = this.#entries.get(name)!;
    entry.stay();
    this.#entries.delete(name);
    return entry;
  }
}
