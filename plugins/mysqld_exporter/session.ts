import { connect, type Socket } from "node:net";
import { type Connection, type ConnectionOptions, createConnection } from "mysql2";
import type { Cell, QueryOptions, Table } from "./database.ts";
import type { Endpoint } from "./endpoint.ts";

/**
 * A connection that is logged in, for one statement at a time.
 *
 * Its socket is its own: mysql2 only asks the server to close one, which a server that hangs does not do.
 */
export class Session {
  /** When it was opened, by the clock that never goes back. */
  readonly openedMs: number = performance.now();
  readonly #connection: Connection;
  readonly #socket: Socket;

  private constructor(connection: Connection, socket: Socket) {
    this.#connection = connection;
    this.#socket = socket;
  }

  /**
   * Connects and logs in.
   *
   * @param options `ended` is told that the server has closed it, or that it broke.
   * @throws {Error} If the server cannot be reached or does not let the user in.
   */
  static async open(
    endpoint: Endpoint,
    options: { signal: AbortSignal; ended: (session: Session) => void },
  ): Promise<Session> {
    const socket = connect(
      endpoint.socketPath === undefined
        ? { host: endpoint.host, port: endpoint.port, noDelay: true, keepAlive: true }
        : { path: endpoint.socketPath },
    );
    const connection = createConnection(optionsOf(endpoint, socket));
    const session = new Session(connection, socket);
    connection.on("error", () => options.ended(session));
    connection.on("end", () => options.ended(session));
    try {
      await session.#settle<void>(options.signal, (done) => connection.connect((error) => done(error, undefined)));
      const variables = Object.entries(endpoint.variables).map(([name, value]) => `${name} = ${value}`);
      if (variables.length > 0) await session.query(`SET ${variables.join(", ")}`, options);
      return session;
    } catch (cause) {
      session.destroy();
      throw new Error(`Cannot connect to ${nameOf(endpoint)} as user "${endpoint.user}"`, { cause });
    }
  }

  /** The number that the server knows it by. */
  get threadId(): number {
    return this.#connection.threadId;
  }

  /** Sends one statement. When the signal is aborted, the session is of no use any more. */
  query(sql: string, { signal, values = [] }: QueryOptions): Promise<Table> {
    // All cells as the texts that the server sends: its numbers can be larger than those of JavaScript.
    const options = { sql, values: [...values], rowsAsArray: true, typeCast: (field: Field) => field.string() };
    return this.#settle<Table>(signal, (done) => {
      this.#connection.query(options, (error, rows, fields) => {
        const columns = fields?.map(({ name }) => name) ?? [];
        done(error, { columns, rows: rows as unknown as Cell[][] });
      });
    });
  }

  /** Asks for a sign of life. */
  async ping(signal: AbortSignal): Promise<void> {
    await this.#settle<void>(signal, (done) => this.#connection.ping((error) => done(error, undefined)));
  }

  /** Says goodbye. */
  end(): void {
    this.#connection.end(() => this.#socket.destroy());
  }

  /** Lets it fall. */
  destroy(): void {
    this.#connection.destroy();
    this.#socket.destroy();
  }

  #settle<Answer>(
    signal: AbortSignal,
    act: (done: (error: Error | null | undefined, answer: Answer) => void) => void,
  ): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const abort = () => {
      this.destroy();
      reject(signal.reason);
    };
    if (signal.aborted) abort();
    else act((error, answer) => error instanceof Error ? reject(error) : resolve(answer));
    signal.addEventListener("abort", abort, { once: true });
    // mysql2 tells those who wait of most faults, but not of answers that it cannot read.
    this.#connection.once("error", reject);
    return promise.finally(() => {
      signal.removeEventListener("abort", abort);
      this.#connection.removeListener("error", reject);
    });
  }
}

interface Field {
  string(): Cell;
}

/** How errors name a server. */
function nameOf({ socketPath, host, port }: Endpoint): string {
  return socketPath ?? `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function optionsOf({ host, port, user, password, database, tls }: Endpoint, stream: Socket): ConnectionOptions {
  const options = { stream, host, port, user, password, database };
  if (tls === undefined) return options;
  const { verify, ...ssl } = tls;
  return { ...options, ssl: { ...ssl, rejectUnauthorized: verify, verifyIdentity: verify } };
}
