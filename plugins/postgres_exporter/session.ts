import type net from "node:net";
import { UpstreamError, type UpstreamFailure } from "@exporterkit/core";
import postgres from "postgres";
import { type DataSource, serverLabel } from "./data_source.ts";
import { dial } from "./dial.ts";

/** A row of an answer, by the names of its columns. */
export type Row = Readonly<Record<string, unknown>>;

/** What a server tells of a session, so that its queries can be cancelled. */
interface Backend {
  readonly pid: number | null;
  readonly secret: number;
}

/** Begins a `CancelRequest` of PostgreSQL's protocol. */
const CANCEL_CODE = 80877102;
/** So long a server has to heed that a query is cancelled; then the connection is dropped. */
const CANCEL_PATIENCE_MS = 1000;

/** One connection, on which one query runs at a time. */
export class Session {
  readonly #source: DataSource;
  readonly #sql: postgres.Sql;
  readonly #dial: () => Promise<net.Socket>;
  /** All that are open: also those by which queries are cancelled. */
  readonly #sockets = new Set<net.Socket>();
  #isUsable = true;
  #isDropped = false;

  /**
   * Makes a session that connects with its first query.
   *
   * @param addresses Where to connect to. @default what the host resolves to
   */
  constructor(source: DataSource, addresses?: readonly string[]) {
    this.#source = source;
    this.#dial = () => dial(source, { opened, ...(addresses === undefined ? {} : { addresses }) });
    const opened = (socket: net.Socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
      if (this.#isDropped) socket.destroy();
    };
    this.#sql = postgres({ ...driverOptions(source, this.#dial), onclose: () => this.#isUsable = false });
  }

  /** Whether the connection is there, or may yet be made. */
  get isUsable(): boolean {
    return this.#isUsable;
  }

  /**
   * Runs a query, without parameters.
   *
   * Rejects at once when the signal is aborted; the query is then cancelled.
   *
   * @param options.settled Told when nothing of the query is under way any more, which may be later.
   * @throws {Error} If the server cannot be reached or does not do it.
   */
  async query(
    text: string,
    { signal, settled }: { readonly signal: AbortSignal; readonly settled: () => void },
  ): Promise<readonly Row[]> {
    const query = this.#sql.unsafe(text);
    const answer = query.then(
      (rows) => rows as readonly Row[],
      (error) => {
        // The connection outlives what was only about the query.
        if (!isServerError(error) || error.severity !== "ERROR") this.destroy();
        throw this.#explained(error);
      },
    );
    answer.finally(settled).catch(() => {});
    let giveUp = () => {};
    const aborted = new Promise<never>((_, reject) => {
      giveUp = () => {
        reject(signal.reason);
        // A server that was busy may heed it late, and would cancel the next query instead.
        this.#isUsable = false;
        const timer = setTimeout(() => this.destroy(), CANCEL_PATIENCE_MS);
        answer.catch(() => {}).finally(() => {
          clearTimeout(timer);
          this.destroy();
        });
        this.#cancel((query as { readonly state?: Backend }).state).catch(() => this.destroy());
      };
    });
    if (signal.aborted) giveUp();
    else signal.addEventListener("abort", giveUp);
    try {
      return await Promise.race([answer, aborted]);
    } finally {
      signal.removeEventListener("abort", giveUp);
    }
  }

  /** Says goodbye to the server. */
  async end(): Promise<void> {
    this.#isUsable = false;
    await this.#sql.end({ timeout: 1 });
    this.destroy();
  }

  /** Drops the connection, whatever it is doing. */
  destroy(): void {
    this.#isUsable = false;
    this.#isDropped = true;
    for (const socket of this.#sockets) socket.destroy();
    void this.#sql.end({ timeout: 0 });
  }

  /** The driver can do this too, but nobody could catch what goes wrong then. */
  async #cancel(backend: Backend | undefined): Promise<void> {
    if (typeof backend?.pid !== "number") return this.destroy();
    const socket = await this.#dial();
    const request = new DataView(new ArrayBuffer(16));
    [16, CANCEL_CODE, backend.pid, backend.secret].forEach((number, i) => request.setInt32(4 * i, number));
    socket.on("error", () => {});
    socket.end(new Uint8Array(request.buffer));
  }

  #explained(cause: unknown): Error {
    const { database, user } = this.#source;
    const where = `PostgreSQL at ${serverLabel(this.#source)}`;
    const what = !isServerError(cause)
      ? `Cannot reach ${where}`
      : cause.severity === "ERROR"
      ? `${where} refuses a query`
      : `${where} refuses user "${user}" for database "${database}"`;
    const reason = isServerError(cause) ? reasonOf(cause) : undefined;
    return reason === undefined ? new Error(what, { cause }) : new UpstreamError(reason, what, { cause });
  }
}

/** What PostgreSQL's codes say about who asks. */
function reasonOf({ code }: postgres.PostgresError): UpstreamFailure | undefined {
  if (code.startsWith("28")) return "unauthenticated";
  return code === "42501" ? "denied" : undefined;
}

function isServerError(error: unknown): error is postgres.PostgresError {
  return error instanceof Error && error.name === "PostgresError";
}

/** Everything that the driver would look for in the environment if it were not here, some of which its types do not know. */
function driverOptions(source: DataSource, socket: () => Promise<net.Socket>): postgres.Options<Record<never, never>> {
  const { host, port, database, user, password, parameters } = source;
  const options = {
    host,
    port,
    database,
    user,
    password,
    connection: parameters,
    socket,
    max: 1,
    max_pipeline: 1,
    max_lifetime: null,
    idle_timeout: 0,
    // Who waits for a connection gives up by a signal.
    connect_timeout: 0,
    keep_alive: 60,
    backoff: 0,
    ssl: false,
    sslnegotiation: null,
    target_session_attrs: null,
    fetch_types: false,
    prepare: false,
    publications: "alltables",
    debug: false,
    onnotice: () => {},
  };
  return options as unknown as postgres.Options<Record<never, never>>;
}
