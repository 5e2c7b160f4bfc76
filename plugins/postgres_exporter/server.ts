import { type DataSource, serverLabel } from "./data_source.ts";
import { type Row, Session } from "./session.ts";

/** What there is to know of a server before it is asked for metrics. */
export interface ServerFacts {
  /** As the label `server` names it. */
  readonly label: string;
  /** What `version()` says. */
  readonly version: string;
  /** Such as 150018 for 15.18. */
  readonly versionNumber: number;
  /** Whether the role may see what others do: it has the rights of `pg_read_all_stats`. */
  readonly seesOthers: boolean;
  /** The role that the exporter is. */
  readonly role: string;
}

/** How sessions of a server are made. */
export interface ServerOptions {
  /** Reads where it is and how to log in, for each session anew: passwords change. */
  readonly source: () => Promise<DataSource>;
  /** Finds where to connect to. @default what the host resolves to */
  readonly resolve?: (source: DataSource) => Promise<readonly string[]>;
  /** How many sessions there may be at the same time. */
  readonly maxSessions: number;
}

const FACTS = `
SELECT version() AS version,
  current_setting('server_version_num') AS number,
  current_user AS role,
  pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') AS sees_others`;

/** A PostgreSQL server: a few sessions, each with one query at a time, so that a slow query holds up no other. */
export class Server {
  readonly #options: ServerOptions;
  readonly #sessions = new Set<Session>();
  readonly #idle: Session[] = [];
  readonly #waiting: (() => void)[] = [];
  /** Sessions that are there, or being made. */
  #count = 0;
  #facts: ServerFacts | undefined;

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  /** What the server said last. */
  get facts(): ServerFacts {
    if (this.#facts === undefined) throw new Error("PostgreSQL was not asked yet who it is");
    return this.#facts;
  }

  /**
   * Asks the server who it is.
   *
   * @throws {Error} If it cannot be reached, or does not let the role in.
   */
  async reach(signal: AbortSignal): Promise<void> {
    const label = serverLabel(await this.#options.source());
    const [facts] = await this.query(FACTS, signal);
    this.#facts = {
      label,
      version: String(facts?.version),
      versionNumber: Number(facts?.number),
      role: String(facts?.role),
      seesOthers: facts?.sees_others === true,
    };
  }

  /**
   * Runs a query on a session that has nothing else to do.
   *
   * @throws {Error} If the server cannot be reached or refuses, or the reason of the signal when that is aborted.
   */
  async query(text: string, signal: AbortSignal): Promise<readonly Row[]> {
    const session = await this.#take(signal);
    return await session.query(text, { signal, settled: () => this.#give(session) });
  }

  /** Does something in another database of the server, on a connection that is closed after that. */
  async inDatabase<Value>(database: string, work: (server: Server) => Promise<Value>): Promise<Value> {
    const source = async () => ({ ...await this.#options.source(), database });
    const server = new Server({ ...this.#options, source, maxSessions: 1 });
    try {
      return await work(server);
    } finally {
      await server.close();
    }
  }

  /** Ends all sessions. */
  async close(): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session.end()));
  }

  async #take(signal: AbortSignal): Promise<Session> {
    signal.throwIfAborted();
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.isUsable) return idle;
      this.#drop(idle);
    }
    if (this.#count >= this.#options.maxSessions) {
      await this.#turn(signal);
      return await this.#take(signal);
    }
    this.#count++;
    try {
      const source = await this.#options.source();
      const session = new Session(source, await this.#options.resolve?.(source));
      this.#sessions.add(session);
      return session;
    } catch (error) {
      this.#free();
      throw error;
    }
  }

  #give(session: Session): void {
    if (session.isUsable) {
      this.#idle.push(session);
      this.#waiting.shift()?.();
    } else {
      this.#drop(session);
    }
  }

  #drop(session: Session): void {
    this.#sessions.delete(session);
    this.#free();
  }

  #free(): void {
    this.#count--;
    this.#waiting.shift()?.();
  }

  /** Waits until a session is free, or may be made. */
  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const proceed = () => {
        signal.removeEventListener("abort", giveUp);
        resolve();
      };
      const giveUp = () => {
        this.#waiting.splice(this.#waiting.indexOf(proceed), 1);
        reject(signal.reason);
      };
      this.#waiting.push(proceed);
      signal.addEventListener("abort", giveUp, { once: true });
    });
  }
}
