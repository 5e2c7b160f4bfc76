import { Connection } from "./_connection.ts";
import { parseInfo } from "./_info_text.ts";
import { clusterOf, type Node } from "./_nodes.ts";
import { type Command, type Commands, type Redis, RefusedError, type Reply, toMap } from "./redis.ts";
import type { RedisSettings } from "./settings.ts";
import type { Where } from "./where.ts";

/** Redis' own default. */
const DEFAULT_DATABASES = 16;
/** Answers that say that Redis is there, although it does not say PONG. */
const REACHED: ReadonlySet<string> = new Set(["NOPERM", "LOADING", "MASTERDOWN"]);

/** A Redis server that is exported: one connection, made anew by the next scrape when it was lost. */
export class RedisServer implements Redis {
  readonly #settings: RedisSettings;
  readonly #where: Where;
  #connection: Connection | undefined;
  /** What does not change while a connection lasts. */
  #mode: string | undefined;
  #databases: number | undefined;
  connectSeconds = 0;
  pingSeconds: number | undefined;

  constructor(settings: RedisSettings, where: Where) {
    this.#settings = settings;
    this.#where = where;
  }

  /**
   * Connects if there is no connection, and asks Redis whether it is there.
   *
   * @throws {RefusedError} If it wants another password, or is busy with a script.
   * @throws {Error} If it is not reached, or hangs.
   */
  async reach(signal: AbortSignal): Promise<void> {
    const known = this.#connection;
    if (known?.isOpen && await this.#isAlive(known, signal)) return;
    this.close();
    const startMs = performance.now();
    try {
      this.#connection = await this.#connect(signal);
    } finally {
      this.connectSeconds = (performance.now() - startMs) / 1000;
    }
    await this.#ping(this.#connection, signal);
  }

  async send(command: Command, signal: AbortSignal): Promise<Reply> {
    if (this.#connection === undefined) throw new Error(`There is no connection to Redis at ${this.#where.shown}`);
    return await this.#connection.send(command, signal);
  }

  async mode(signal: AbortSignal): Promise<string> {
    if (this.#mode !== undefined) return this.#mode;
    try {
      const fields = parseInfo(String(await this.send(["INFO", "server"], signal))).get("Server");
      return this.#mode = fields?.get("redis_mode") ?? fields?.get("server_mode") ?? "standalone";
    } catch (error) {
      if (error instanceof RefusedError) return "unknown";
      throw error;
    }
  }

  async databases(signal: AbortSignal): Promise<number> {
    return this.#databases ??= await this.#askDatabases(signal);
  }

  async withConnection<T>(use: (connection: Commands) => Promise<T>, signal: AbortSignal): Promise<T> {
    const opened: Connection[] = [];
    let isOver = false;
    const connect = async (node?: Node) => {
      const connection = await this.#connect(signal, node);
      opened.push(connection);
      if (isOver) connection.close();
      return connection;
    };
    try {
      const first = await connect();
      return await use(this.#settings.isCluster ? clusterOf({ first, connect }) : first);
    } finally {
      isOver = true;
      opened.forEach((connection) => connection.close());
    }
  }

  /** Ends the connection. */
  close(): void {
    this.#connection?.close();
    this.#connection = undefined;
    this.#mode = undefined;
    this.#databases = undefined;
  }

  async #connect(signal: AbortSignal, node?: Node): Promise<Connection> {
    const { connectionTimeout, setClientName, ...rest } = this.#settings;
    const [address, { user, password }] = await Promise.all([this.#where.locate(node), this.#where.login()]);
    return await Connection.open({
      address,
      user,
      password,
      name: setClientName ? "redis_exporter" : undefined,
      timeoutMs: connectionTimeout,
      tls: {
        caFile: rest.tlsCaCertFile,
        certFile: rest.tlsClientCertFile,
        keyFile: rest.tlsClientKeyFile,
        skipVerification: rest.skipTlsVerification,
      },
    }, signal);
  }

  /** Whether a connection of earlier scrapes still leads to Redis. One that was lost meanwhile is no failure. */
  async #isAlive(connection: Connection, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#ping(connection, signal);
      return true;
    } catch (error) {
      // Who is not logged in may have a password by now.
      if (error instanceof RefusedError && error.code !== "NOAUTH") throw error;
      this.close();
      signal.throwIfAborted();
      return false;
    }
  }

  async #ping(connection: Connection, signal: AbortSignal): Promise<void> {
    const startMs = performance.now();
    try {
      await connection.send(["PING"], signal);
    } catch (error) {
      if (!(error instanceof RefusedError) || !REACHED.has(error.code)) throw error;
    }
    this.pingSeconds = (performance.now() - startMs) / 1000;
  }

  async #askDatabases(signal: AbortSignal): Promise<number> {
    const { configCommand } = this.#settings;
    if (configCommand === "-") return DEFAULT_DATABASES;
    try {
      const answer = toMap(await this.send([configCommand, "GET", "databases"], signal));
      return Number(answer.get("databases") ?? DEFAULT_DATABASES);
    } catch (error) {
      if (error instanceof RefusedError) return DEFAULT_DATABASES;
      throw error;
    }
  }
}
