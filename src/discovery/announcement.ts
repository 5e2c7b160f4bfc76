/** An instance that is announced until it withdraws. */
export interface Announcement {
  /**
   * Takes the announcement back, as an instance does that drains. Never rejects: what cannot be taken back is logged, and
   * forgotten later like that of an instance that has died.
   */
  withdraw(): Promise<void>;
}

/** How an announcement is kept up. */
export interface AnnouncementOptions {
  /** Hears of each change: announced, not possible any more, withdrawn. @default nobody */
  readonly log?: AnnouncementLog;
  /** Calls back once after a delay, and returns what prevents it. @default the runtime's timer */
  readonly timer?: Timer;
}

/** Takes log lines. */
export interface AnnouncementLog {
  /** Something went as it should. */
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  /** Something did not, and is tried again. */
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Calls back once after a delay in milliseconds, and returns what prevents it. */
export type Timer = (delayMs: number, callback: () => void) => () => void;

/** What announcing means in one place. */
export interface Announcing {
  /** What is announced, and where, for the log; without secrets. */
  readonly fields: Readonly<Record<string, string>>;
  /** Announces, or says that the instance still lives. */
  renew(): Promise<void>;
  /** Takes it back. */
  takeBack(): Promise<void>;
}

/** From one sign of life to the next. */
export const BEAT_MS = 20_000;
/** Without a sign of life for so long, an instance counts as dead: three beats. */
export const LEASE_MS = 60_000;

const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 30_000;

/**
 * Announces, and gives a sign of life every 20 seconds. What fails is tried again after 1, 2, 4 ... 30 seconds, give or take
 * some, so that not everybody comes back at the same moment. Only changes are logged.
 */
export function keepAnnounced(announcing: Announcing, options: AnnouncementOptions = {}): Announcement {
  const { log = SILENT, timer = systemTimer } = options;
  const { fields } = announcing;
  let state: { readonly reason?: string } | undefined;
  let failures = 0;
  let isStopped = false;
  let cancelNext = () => {};
  let beat = renew();

  async function renew(): Promise<void> {
    try {
      await announcing.renew();
      failures = 0;
      if (state === undefined) log.info("Announced", fields);
      else if (state.reason !== undefined) log.info("Announced again", fields);
      state = {};
    } catch (error) {
      failures++;
      const reason = reasonOf(error);
      if (state?.reason !== reason) log.warn("Cannot announce, trying again", { ...fields, reason });
      state = { reason };
    }
    if (!isStopped) cancelNext = timer(failures === 0 ? BEAT_MS : retryMs(failures), () => void (beat = renew()));
  }

  let withdrawn: Promise<void> | undefined;
  async function withdraw(): Promise<void> {
    isStopped = true;
    cancelNext();
    // A sign of life that is under way must not arrive after what takes it back.
    await beat;
    try {
      await announcing.takeBack();
      log.info("Withdrawn", fields);
    } catch (error) {
      log.warn("Cannot withdraw: what was announced stays until it is forgotten", {
        ...fields,
        reason: reasonOf(error),
      });
    }
  }
  return { withdraw: () => withdrawn ??= withdraw() };
}

/** What went wrong, in words; some runtimes say why only in the cause of what they throw. */
export function reasonOf(error: unknown): string {
  const reasons: string[] = [];
  for (let reason = error; reason instanceof Error && !reasons.includes(reason.message); reason = reason.cause) {
    if (reason.message !== "") reasons.push(reason.message);
  }
  return reasons.length === 0 ? String(error) : reasons.join(": ");
}

const SILENT: AnnouncementLog = { info() {}, warn() {} };

function systemTimer(delayMs: number, callback: () => void): () => void {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
}

function retryMs(failures: number): number {
  return Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1)) * (0.75 + Math.random() / 2);
}
