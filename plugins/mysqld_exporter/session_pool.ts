import { UpstreamError } from "@exporterkit/core";
import { type Database, hasCode, type QueryOptions, type Table } from "./database.ts";
import { deferred } from "./deferred.ts";
import type { Endpoint } from "./endpoint.ts";
import { Session } from "./session.ts";

/** How long ending a statement that nobody waits for may take. */
const KILL_TIMEOUT_MS = 2000;

/** A session keeps the rights that it began with, and goes on with a server that others no longer find by its name. */
const LONGEST_SESSION_MS = 300_000;

/** What the pool is made with. */
export interface SessionPoolOptions {
  /** Most sessions at the same time; one more may be there for a moment, to end what another does. */
  readonly maxSessions: number;
  /** Told what went wrong where nobody waits for it. */
  readonly failed: (message: string, error: unknown) => void;
}

/**
 * A few sessions with one server, kept between scrapes.
 *
 * mysql2 has a pool of its own, but one that knows its password once and for all, and whose callers cannot give up.
 */
export class SessionPool implements Database {
  readonly #endpoint: () => Promise<Endpoint>;
  readonly #options: SessionPoolOptions;
  readonly #idle: Session[] = [];
  readonly #waiting: (() => void)[] = [];
  #taken = 0;
  #isClosed = false;
  /** Sessions that were opened before are not kept. */
  #renewedMs = 0;

  /** @param endpoint Called for each new session, so that a password that was changed is read anew. */
  constructor(endpoint: () => Promise<Endpoint>, options: SessionPoolOptions) {
    this.#endpoint = endpoint;
    this.#options = options;
  }

  query(sql: string, options: QueryOptions): Promise<Table> {
    const { signal } = options;
    return this.#use(signal, async (session) => {
      try {
        return await session.query(sql, options);
      } catch (error) {
        if (signal.aborted && !this.#isClosed) void this.#kill(session.threadId);
        throw error;
      }
    });
  }

  ping(signal: AbortSignal): Promise<void> {
    return this.#use(signal, (session) => session.ping(signal));
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#idle.splice(0).forEach((session) => session.end());
    return Promise.resolve();
  }

  /** Lends a session. What is asked only reads, so that it can be asked again where a kept session turns out broken. */
  async #use<Answer>(signal: AbortSignal, act: (session: Session) => Promise<Answer>): Promise<Answer> {
    await this.#turn(signal);
    try {
      const kept = this.#idle.pop();
      if (kept !== undefined) {
        try {
          return await this.#lend(kept, act);
        } catch (error) {
          if (signal.aborted || error instanceof UpstreamError || isRefusal(error)) throw error;
        }
      }
      return await this.#lend(await this.#open(signal), act);
    } finally {
      this.#passOn();
    }
  }

  async #lend<Answer>(session: Session, act: (session: Session) => Promise<Answer>): Promise<Answer> {
    try {
      const answer = await act(session);
      this.#keep(session);
      return answer;
    } catch (error) {
      if (isDenial(error)) this.#renewAll();
      if (isRefusal(error)) this.#keep(session);
      else session.destroy();
      throw isDenial(error) ? new UpstreamError("denied", "The account lacks a right", { cause: error }) : error;
    }
  }

  #keep(session: Session): void {
    const ageMs = performance.now() - session.openedMs;
    if (this.#isClosed || session.openedMs < this.#renewedMs || ageMs > LONGEST_SESSION_MS) session.end();
    else this.#idle.push(session);
  }

  /** Lets sessions begin anew: those that there are may lack a right that was granted meanwhile. */
  #renewAll(): void {
    this.#renewedMs = performance.now();
    this.#idle.splice(0).forEach((session) => session.end());
  }

  /** Waits until there may be one more session in use; {@link #passOn} ends its use. */
  async #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#taken < this.#options.maxSessions) {
      this.#taken++;
      return;
    }
    const { promise, resolve, reject } = deferred<void>();
    const abort = () => {
      const position = this.#waiting.indexOf(resolve);
      if (position !== -1) this.#waiting.splice(position, 1);
      reject(signal.reason);
    };
    this.#waiting.push(resolve);
    signal.addEventListener("abort", abort, { once: true });
    await promise.finally(() => signal.removeEventListener("abort", abort));
  }

  /** Lets the next one who waits have what was in use. */
  #passOn(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#taken--;
    else next();
  }

  async #open(signal: AbortSignal): Promise<Session> {
    if (this.#isClosed) throw new Error("Cannot connect: the exporter was closed");
    return await Session.open(await this.#endpoint(), { signal, ended: (session) => this.#forget(session) });
  }

  /** Takes out what the server has closed meanwhile. */
  #forget(session: Session): void {
    const position = this.#idle.indexOf(session);
    if (position !== -1) this.#idle.splice(position, 1)[0]!.destroy();
  }

  /**
   * Ends what a session does at the server, which does not notice that nobody waits for the answer any more. Without
   * this, a slow statement would run once more for every scrape that gave it up.
   */
  async #kill(threadId: number): Promise<void> {
    try {
      const signal = AbortSignal.timeout(KILL_TIMEOUT_MS);
      const session = await this.#open(signal);
      try {
        await session.query(`KILL ${threadId}`, { signal });
      } finally {
        session.end();
      }
    } catch (error) {
      // Where there is no such thread, the statement has ended by itself.
      if (!hasCode(error, "ER_NO_SUCH_THREAD")) {
        this.#options.failed("Cannot end a statement that nobody waits for", error);
      }
    }
  }
}

/** Whether the server answered, with a no: the session is as good as before. */
function isRefusal(error: unknown): boolean {
  const { code = "", fatal = false } = error as { code?: string; fatal?: boolean };
  return code.startsWith("ER_") && !fatal;
}

/** Whether a right was missing. */
function isDenial(error: unknown): boolean {
  return /DENIED/.test(String((error as { code?: unknown }).code));
}
