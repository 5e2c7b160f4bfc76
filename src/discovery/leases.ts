import type { AnnouncementLog } from "./announcement.ts";
import type { TargetGroup } from "./target_group.ts";

/** A registration that its owner renews. */
export interface Lease {
  /** Name of the instance, the same after each of its starts. */
  readonly id: string;
  /** What it registered. */
  readonly group: TargetGroup;
  /** How long it counts as alive after a renewal. */
  readonly ttlMs: number;
  /** When it was renewed, in milliseconds since the epoch. */
  readonly renewedAtMs: number;
  /** Whether it was not renewed in time. It is still served: that its target does not answer is to be seen. */
  readonly isLapsed: boolean;
}

/** What keeps leases. */
export interface LeasesOptions {
  /** How long after its last renewal a lapsed lease is forgotten. */
  readonly forgetAfterMs: number;
  /** The time. */
  readonly clock: LeaseClock;
  /** Hears of each change. */
  readonly log: AnnouncementLog;
}

/** The time, as a wall clock tells it and as it passes. */
export interface LeaseClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since some fixed moment; never goes back, and does not jump when the wall clock is set. */
  elapsedMs(): number;
}

interface Entry {
  readonly group: TargetGroup;
  readonly ttlMs: number;
  readonly renewedAtMs: number;
  /** The same moment by the clock that does not jump. */
  readonly renewedMs: number;
  /** Until then nobody could have renewed. */
  readonly graceMs: number;
  isLapsed: boolean;
}

/**
 * Registrations with a time to live.
 *
 * A lease that is not renewed lapses, and is forgotten only much later. Ages are measured by the clock that does not jump, so
 * that setting the wall clock forgets nobody; only what was kept from an earlier life is aged by the wall clock, and has one
 * time to live more in which to come back.
 */
export class Leases {
  readonly #options: LeasesOptions;
  readonly #entries = new Map<string, Entry>();
  #forgotten = 0;

  /** @param kept What an earlier life had. */
  constructor(options: LeasesOptions, kept: Iterable<Omit<Lease, "isLapsed">> = []) {
    this.#options = options;
    const { clock, forgetAfterMs } = options;
    const startedMs = clock.elapsedMs();
    for (const { id, group, ttlMs, renewedAtMs } of kept) {
      const ageMs = Math.min(Math.max(0, clock.now() - renewedAtMs), forgetAfterMs + ttlMs);
      const renewedMs = startedMs - ageMs;
      this.#entries.set(id, { group, ttlMs, renewedAtMs, renewedMs, graceMs: startedMs + ttlMs, isLapsed: false });
    }
  }

  /** How many there are. */
  get size(): number {
    return this.#entries.size;
  }

  /** Whether there is one of this name. */
  has(id: string): boolean {
    return this.#entries.has(id);
  }

  /** How many were forgotten so far. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /**
   * Registers or renews.
   *
   * @returns Whether anything but the time has changed.
   */
  renew(id: string, { group, ttlMs }: Pick<Lease, "group" | "ttlMs">): boolean {
    const { clock, log } = this.#options;
    const before = this.#entries.get(id);
    const renewedMs = clock.elapsedMs();
    const entry = { group, ttlMs, renewedAtMs: clock.now(), renewedMs, graceMs: renewedMs, isLapsed: false };
    this.#entries.set(id, entry);
    if (before === undefined) log.info("Registered", fieldsOf(id, entry));
    else if (before.isLapsed) log.info("Renewed after it had lapsed", fieldsOf(id, entry));
    else if (isSame(before, entry)) return false;
    else log.info("Registered anew", fieldsOf(id, entry));
    return true;
  }

  /** Takes a registration back. `false` if there is none. */
  release(id: string): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined) return false;
    this.#entries.delete(id);
    this.#options.log.info("Withdrawn", fieldsOf(id, entry));
    return true;
  }

  /**
   * Looks which leases have lapsed since, and forgets those that have for long.
   *
   * @returns Whether it forgot any.
   */
  review(): boolean {
    const { clock, forgetAfterMs, log } = this.#options;
    const nowMs = clock.elapsedMs();
    const before = this.#forgotten;
    for (const [id, entry] of this.#entries) {
      const { ttlMs, renewedMs, graceMs } = entry;
      if (nowMs > Math.max(graceMs, renewedMs + Math.max(ttlMs, forgetAfterMs))) {
        this.#entries.delete(id);
        this.#forgotten++;
        log.warn("Forgotten: it was not renewed for too long", fieldsOf(id, entry));
      } else if (!entry.isLapsed && nowMs > Math.max(graceMs, renewedMs + ttlMs)) {
        entry.isLapsed = true;
        log.warn("Lapsed: it was not renewed in time", fieldsOf(id, entry));
      }
    }
    return this.#forgotten > before;
  }

  /** All of them, by name. */
  list(): Lease[] {
    return [...this.#entries]
      .map(([id, { group, ttlMs, renewedAtMs, isLapsed }]) => ({ id, group, ttlMs, renewedAtMs, isLapsed }))
      .sort((a, b) => a.id < b.id ? -1 : 1);
  }
}

function fieldsOf(id: string, { group }: Entry): Record<string, unknown> {
  return { instance: id, targets: group.targets.join(",") };
}

function isSame(a: Entry, b: Entry): boolean {
  return a.ttlMs === b.ttlMs && a.group.targets.join() === b.group.targets.join() && keyOf(a) === keyOf(b);
}

function keyOf({ group }: Entry): string {
  return JSON.stringify(Object.entries(group.labels).sort(([a], [b]) => a < b ? -1 : 1));
}
