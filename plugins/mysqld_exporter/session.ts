import { UpstreamError } from "@exporterkit/core";
import { connect, type NetConnectOpts, type Socket } from "node:net";
import { type Connection, type ConnectionOptions, createConnection } from "mysql2";
import type { Cell, QueryOptions, Table } from "./database.ts";
import { deferred } from "./deferred.ts";
import type { Endpoint } from "./endpoint.ts";

/** How a server says that it does not let an account in, whose password may be wrong, expired or locked. */
const NO_LOGIN = /^ER_(ACCESS_DENIED|HOST_NOT_PRIVILEGED|MUST_CHANGE_PASSWORD|ACCOUNT_HAS_BEEN_LOCKED)/;
/** What mysql2 says of a server that has no TLS, before it tells that server a password. */
const NO_TLS = "HANDSHAKE_NO_SSL_SUPPORT";

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
    let session: Session | undefined;
    try {
      const socket = await connectTo(endpoint, options.signal);
      const connection = createConnection(optionsOf(endpoint, socket));
      const opened = session = new Session(connection, socket);
      connection.on("error", () => options.ended(opened));
      connection.on("end", () => options.ended(opened));
      await opened.#settle<void>(options.signal, (done) => connection.connect((error) => done(error, undefined)));
      const variables = Object.entries(endpoint.variables).map(([name, value]) => `${name} = ${value}`);
      if (variables.length > 0) await opened.query(`SET ${variables.join(", ")}`, options);
      return opened;
    } catch (cause) {
      session?.destroy();
      const { code } = cause as { code?: unknown };
      const { tls, ...plain } = endpoint;
      if (tls?.ifOffered && code === NO_TLS) return await Session.open(plain, options);
      const message = `Cannot connect to ${nameOf(endpoint)} as user "${endpoint.user}"`;
      if (NO_LOGIN.test(String(code))) throw new UpstreamError("unauthenticated", message, { cause });
      throw new Error(message, { cause });
    }
  }

  /** The number that the server knows it by. */
  get threadId(): number {
    return this.#connection.threadId;
  }

  /** Sends one statement. When the signal is aborted, the session is of no use any more. */
  query(sql: string, { signal, values = [] }: QueryOptions): Promise<Table> {
    // All cells as the texts that the server sends: its numbers can be larger than those of JavaScript.
    const options = { sql, values: [...values], rowsAsArray: true, typeCast: textOf };
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
    const { promise, resolve, reject } = deferred<Answer>();
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

/** Connects to the first address that lets itself be connected to. */
async function connectTo(
  { socketPath, host, port, addresses = [host] }: Endpoint,
  signal: AbortSignal,
): Promise<Socket> {
  const places: NetConnectOpts[] = socketPath === undefined
    ? addresses.map((host) => ({ host, port, noDelay: true, keepAlive: true }))
    : [{ path: socketPath }];
  let failure: unknown;
  for (const place of places) {
    try {
      return await connected(connect(place), signal);
    } catch (error) {
      if (signal.aborted) throw error;
      failure = error;
    }
  }
  throw failure;
}

function connected(socket: Socket, signal: AbortSignal): Promise<Socket> {
  const { promise, resolve, reject } = deferred<Socket>();
  const abort = () => {
    socket.destroy();
    reject(signal.reason);
  };
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  socket.once("connect", () => resolve(socket));
  socket.once("error", reject);
  return promise.finally(() => {
    signal.removeEventListener("abort", abort);
    socket.removeListener("error", reject);
  });
}

interface Field {
  readonly type: string;
  string(encoding?: string): Cell;
}

/** What the server sent. MySQL calls JSON binary, which it is not: without its encoding mysql2 complains for each cell. */
function textOf(field: Field): Cell {
  return field.type === "JSON" ? field.string("utf8") : field.string();
}

/** How errors name a server. */
function nameOf({ socketPath, host, port }: Endpoint): string {
  return socketPath ?? `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function optionsOf({ host, port, user, password, database, tls }: Endpoint, stream: Socket): ConnectionOptions {
  const options = { stream, host, port, user, password, database, disableEval: !canMakeCode() };
  if (tls === undefined) return options;
  const { verify, ifOffered: _, ...ssl } = tls;
  return { ...options, ssl: { ...ssl, rejectUnauthorized: verify, verifyIdentity: verify } };
}

/** Whether the runtime lets mysql2 make a parser for each kind of answer; Workers do not. */
function canMakeCode(): boolean {
  try {
    new Function("return 1");
    return true;
  } catch {
    return false;
  }
}
