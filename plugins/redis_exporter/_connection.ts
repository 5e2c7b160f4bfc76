import { readFile } from "node:fs/promises";
import { UpstreamError } from "@exporterkit/core";
import { ConnectionTimeoutError, createClient, ErrorReply, type RedisClientOptions } from "@redis/client";
import type { Address } from "./_address.ts";
import { greetingOf } from "./_greeting.ts";
import { isRejection, loginNeeded, loginRefusal, refusal, rejection } from "./_refusal.ts";
import { codeOf, type Command, type Commands, type Reply } from "./redis.ts";

/** How to connect. */
export interface ConnectionOptions {
  readonly address: Address;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** The name in CLIENT LIST, if it is to have one. */
  readonly name: string | undefined;
  readonly timeoutMs: number;
  /** How to check the server's certificate, where the address says TLS. */
  readonly tls: {
    readonly caFile?: string;
    readonly certFile?: string;
    readonly keyFile?: string;
    readonly skipVerification: boolean;
  };
}

type Client = ReturnType<typeof makeClient>;
type SocketOptions = NonNullable<RedisClientOptions["socket"]>;

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused, nothing listens there",
  ECONNRESET: "the server closed the connection at once",
  EHOSTUNREACH: "there is no way to that host",
  ENETUNREACH: "there is no way to that network",
  ENOENT: "there is no such socket",
  EACCES: "this user may not open the socket",
  ENOTFOUND: "there is no host of that name",
  EAI_AGAIN: "the name of the host could not be looked up",
  ETIMEDOUT: "nothing answers there",
};

/** The other side ended the connection. */
class LostError extends Error {
  override name = "LostError";
}

/** One connection to Redis, logged in. It is never made anew: what is lost is lost. */
export class Connection implements Commands {
  readonly #client: Client;
  readonly #shown: string;
  readonly #user: string | undefined;
  #lost: Error | undefined;

  private constructor(client: Client, { address, user }: ConnectionOptions) {
    this.#client = client;
    this.#shown = address.shown;
    this.#user = user;
    client.on("error", (error: Error) => this.#lost ??= error);
  }

  /**
   * Connects and logs in.
   *
   * @throws {RefusedError} If Redis does not take the password.
   * @throws {Error} If it is not reached, with the reason.
   */
  static async open(options: ConnectionOptions, signal: AbortSignal): Promise<Connection> {
    const client = makeClient(await socketOptions(options));
    const connection = new Connection(client, options);
    try {
      await connection.#connect(signal);
      await connection.#logIn(options, signal);
      return connection;
    } catch (error) {
      connection.close();
      if (!(error instanceof LostError) || signal.aborted) throw error;
      const said = await greetingOf(options.address, signal);
      throw said === undefined ? error : rejection(options.address.shown, said);
    }
  }

  /** Whether it can still be used, as far as is known. */
  get isOpen(): boolean {
    return this.#client.isReady;
  }

  async send(command: Command, signal: AbortSignal): Promise<Reply> {
    try {
      return await this.#call(command, signal);
    } catch (error) {
      if (!(error instanceof ErrorReply)) throw error;
      if (codeOf(error.message) === "NOAUTH") throw loginNeeded(error.message);
      throw refusal(command, error.message, this.#user);
    }
  }

  /** Ends it at once; what was sent and not answered fails. */
  close(): void {
    if (this.#client.isOpen) this.#client.destroy();
  }

  async #connect(signal: AbortSignal): Promise<void> {
    try {
      await this.#within(
        this.#client.connect(),
        signal,
        "does not accept the connection: its host or the network hangs",
      );
    } catch (error) {
      if (signal.aborted) throw error;
      const cause = this.#lost ?? error as Error;
      const message = `Cannot reach Redis at ${this.#shown}`;
      if (cause instanceof ConnectionTimeoutError) {
        throw new UpstreamError("timeout", `${message}: nothing answers there within --connection-timeout`, { cause });
      }
      const reason = REASONS[(cause as { code?: string }).code ?? ""];
      throw new Error(reason === undefined ? message : `${message}: ${reason}`, { cause });
    }
  }

  async #logIn({ user, password, name }: ConnectionOptions, signal: AbortSignal): Promise<void> {
    if (password !== undefined) {
      try {
        await this.#call(user === undefined ? ["AUTH", password] : ["AUTH", user, password], signal);
      } catch (error) {
        throw error instanceof ErrorReply ? loginRefusal(error.message, user) : error;
      }
    }
    // The name is for people. Who may not set it, or has to log in first, is told by the next command.
    if (name !== undefined) {
      await this.#call(["CLIENT", "SETNAME", name], signal).catch((error) => {
        if (!(error instanceof ErrorReply)) throw error;
      });
    }
  }

  async #call([name, ...args]: Command, signal: AbortSignal): Promise<Reply> {
    try {
      const answer = this.#client.sendCommand([name, ...args]) as Promise<Reply>;
      return await this.#within(answer, signal, "accepts connections, but does not answer: it hangs, or is busy");
    } catch (error) {
      // It may come before the question, or look like the answer to the first one.
      if (error instanceof ErrorReply && isRejection(error.message)) throw rejection(this.#shown, error.message);
      if (error instanceof ErrorReply || signal.aborted) throw error;
      throw new LostError(`The connection to Redis at ${this.#shown} was lost before it answered ${name}`);
    }
  }

  /** What is asked of Redis, or the signal's reason, which is given what Redis did not do as its cause. */
  async #within<T>(answer: Promise<T>, signal: AbortSignal, failing: string): Promise<T> {
    // Whoever waits no longer must not leave an error that nobody handles.
    answer.catch(() => {});
    signal.throwIfAborted();
    let stop = () => {};
    const aborted = new Promise<never>((_, reject) => {
      const abort = () => {
        const reason = signal.reason as { cause?: unknown };
        if (reason instanceof Error) reason.cause ??= new Error(`Redis at ${this.#shown} ${failing}`);
        reject(reason);
      };
      signal.addEventListener("abort", abort);
      stop = () => signal.removeEventListener("abort", abort);
    });
    try {
      return await Promise.race([answer, aborted]);
    } finally {
      stop();
    }
  }
}

/** A client that does nothing by itself: no second attempt, no queue, no commands of its own. */
function makeClient(socket: SocketOptions) {
  return createClient({ RESP: 2, disableOfflineQueue: true, disableClientInfo: true, socket });
}

async function socketOptions(options: ConnectionOptions): Promise<SocketOptions> {
  const { address: { host, port, path, tls }, timeoutMs } = options;
  const common = { connectTimeout: timeoutMs, reconnectStrategy: false } as const;
  if (path !== undefined) return { ...common, path, tls: false };
  return tls ? { ...common, host, port, tls: true, ...await certificates(options) } : { ...common, host, port };
}

async function certificates({ address: { host = "", serverName = host }, tls }: ConnectionOptions) {
  return {
    ca: await content(tls.caFile),
    cert: await content(tls.certFile),
    key: await content(tls.keyFile),
    rejectUnauthorized: !tls.skipVerification,
    // Addresses are no names to ask for.
    ...(/^[\d.]+$|:/.test(serverName) ? {} : { servername: serverName }),
  };
}

async function content(path: string | undefined): Promise<string | undefined> {
  return path === undefined ? undefined : await readFile(path, "utf8");
}
