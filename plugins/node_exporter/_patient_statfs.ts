import type { FileSystemStats, Host } from "./host.ts";

/** What statfs answered, or why it did not. */
export type Answer = { readonly stats: FileSystemStats } | {
  readonly failure: "error" | "hangs" | "still hangs" | "not asked while others hang";
  readonly error?: unknown;
};

/** Timers may fire this much before their time, by the clock that ages are measured with. */
const TIMER_SLACK_MS = 2;

/** A call that has not returned yet. */
interface Call {
  readonly answer: Promise<Answer>;
  readonly sinceMs: number;
}

/** How long to wait, and for how many. */
export interface AskOptions {
  readonly timeoutMs: number;
  /** How many calls that may hang are made at the same time, those that do hang included. */
  readonly networkCalls: number;
  /** Settles when nobody waits any longer. */
  readonly aborted: Promise<undefined>;
}

/**
 * Calls statfs where a call may hang for ever.
 *
 * A call cannot be taken back, and each takes a thread of the runtime until it returns: Node has four for all its file
 * input and output. So there is one call per mount at most, and few at the same time that wait for a network.
 */
export class PatientStatfs {
  readonly #host: Host;
  readonly #calls = new Map<string, Call>();
  readonly #waiting: (() => void)[] = [];
  #networkCalls = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Joins the call for a mount that has not returned yet, unless it is known to hang. */
  async ask({ path, hangs }: { path: string; hangs: boolean }, options: AskOptions): Promise<Answer> {
    const call = this.#calls.get(path) ?? (hangs ? await this.#networkCall(path, options) : this.#call(path));
    if (call === undefined) return { failure: "not asked while others hang" };
    const leftMs = call.sinceMs + options.timeoutMs - performance.now();
    if (leftMs <= TIMER_SLACK_MS) return { failure: "still hangs" };
    return await within(call.answer, { ...options, timeoutMs: leftMs }) ?? { failure: "hangs" };
  }

  async #networkCall(path: string, options: AskOptions): Promise<Call | undefined> {
    if (!await this.#slot(options)) return undefined;
    const other = this.#calls.get(path);
    if (other !== undefined) {
      this.#release();
      return other;
    }
    const call = this.#call(path);
    call.answer.then(() => this.#release());
    return call;
  }

  #call(path: string): Call {
    const answer = this.#host.statfs(path)
      .then((stats): Answer => ({ stats }), (error): Answer => ({ failure: "error", error }))
      .finally(() => this.#calls.delete(path));
    const call = { answer, sinceMs: performance.now() };
    this.#calls.set(path, call);
    return call;
  }

  /** Waits for its turn, for as long as a call may take: after that, those before it hang. */
  async #slot(options: AskOptions): Promise<boolean> {
    if (this.#networkCalls < options.networkCalls) {
      this.#networkCalls++;
      return true;
    }
    let take = () => {};
    const turn = new Promise<true>((resolve) => take = () => resolve(true));
    this.#waiting.push(take);
    if (await within(turn, options)) return true;
    const place = this.#waiting.indexOf(take);
    // Its turn may have come in the last moment.
    if (place === -1) return true;
    this.#waiting.splice(place, 1);
    return false;
  }

  #release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#networkCalls--;
    else next();
  }
}

/** What a promise gives in time, else `undefined`. */
async function within<T>(promise: Promise<T>, { timeoutMs, aborted }: AskOptions): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => timer = setTimeout(() => resolve(undefined), timeoutMs));
  try {
    return await Promise.race([promise, late, aborted]);
  } finally {
    clearTimeout(timer);
  }
}

/** One listener for all that wait: Node warns of many. */
export function abortOf(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
    if (signal.aborted) resolve(undefined);
  });
}
