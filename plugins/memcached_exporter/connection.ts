import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions } from "node:tls";
import { UpstreamError } from "@exporterkit/core";
import type { Address } from "./address.ts";

/** Somebody who waits for an answer. */
interface Waiter {
  readonly lines: string[];
  resolve(lines: string[]): void;
  reject(error: Error): void;
}

/** What answers begin with that refuse a command. */
const REFUSALS = ["ERROR", "CLIENT_ERROR", "SERVER_ERROR"];

/** Longer answers are no statistics: those of all 63 slab classes take some 60 KB. */
const MAX_ANSWER_LENGTH = 1024 * 1024;

/**
 * A connection that speaks memcached's text protocol. Commands may be sent while others are not answered yet: memcached
 * answers in order.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #waiters: Waiter[] = [];
  /** What came after the last whole line. */
  #rest = "";
  /** How much of the first waiter's answer has come. */
  #length = 0;
  /** Why it cannot be used any more. */
  #fault: Error | undefined;

  /**
   * Connects.
   *
   * @param options With `tls`, encrypts.
   * @throws {Error} If nothing listens there, or the reason of the signal.
   */
  static async open(
    address: Address,
    { tls, signal }: { readonly tls?: ConnectionOptions; readonly signal: AbortSignal },
  ): Promise<Connection> {
    signal.throwIfAborted();
    const socket = tls === undefined ? connectPlain(address) : connectTls({ ...address, ...tls });
    await untilConnected(socket, tls === undefined ? "connect" : "secureConnect", signal);
    return new Connection(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => this.#read(text));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(new Error("the connection was closed")));
  }

  /** Whether it can still be used, as far as is known. */
  get isOpen(): boolean {
    return this.#fault === undefined;
  }

  /**
   * Sends a command and reads the answer.
   *
   * Giving up closes the connection, as nobody knows what would come next. Others who wait on it are left to their own
   * deadlines, which are near then.
   *
   * @returns Its lines without the final `END`.
   * @throws {Error} If memcached answers with an error, or the connection breaks; or the reason of the signal.
   */
  async ask(command: string, signal: AbortSignal): Promise<string[]> {
    signal.throwIfAborted();
    if (this.#fault !== undefined) throw this.#fault;
    let giveUp = () => {};
    try {
      return await new Promise<string[]>((resolve, reject) => {
        giveUp = () => {
          this.#fault ??= new Error("the connection was given up, since memcached did not answer in time");
          this.#socket.destroy();
          reject(signal.reason);
        };
        signal.addEventListener("abort", giveUp);
        this.#waiters.push({ lines: [], resolve, reject });
        this.#socket.write(`${command}\r\n`);
      });
    } finally {
      signal.removeEventListener("abort", giveUp);
    }
  }

  /** Ends the connection, and with an error everything that waits on it. */
  close(): void {
    this.#fail(new Error("the connection was closed by this exporter"));
  }

  #read(text: string): void {
    this.#length += text.length;
    if (this.#length > MAX_ANSWER_LENGTH) {
      return this.#fail(new Error(`memcached answered more than ${MAX_ANSWER_LENGTH} characters`));
    }
    const lines = `${this.#rest}${text}`.split("\r\n");
    this.#rest = lines.pop()!;
    for (const line of lines) this.#readLine(line);
  }

  #readLine(line: string): void {
    const [word = ""] = line.split(" ", 1);
    const [waiter] = this.#waiters;
    if (waiter === undefined) return this.#fail(new Error(`memcached said ${shown(line)} without being asked`));
    if (word === "STAT" || word === "VERSION") waiter.lines.push(line);
    else if (REFUSALS.includes(word)) waiter.reject(refusal(line));
    else if (word !== "END") return this.#fail(new Error(`got ${shown(line)}, expected an answer of memcached`));
    if (word === "STAT") return;
    this.#waiters.shift();
    this.#length = 0;
    waiter.resolve(waiter.lines);
  }

  /** Has no effect on one that has failed or was given up. */
  #fail(error: Error): void {
    if (this.#fault !== undefined) return;
    this.#fault = error;
    this.#socket.destroy();
    for (const { reject } of this.#waiters.splice(0)) reject(error);
  }
}

function untilConnected(socket: Socket, event: "connect" | "secureConnect", signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      socket.destroy();
      reject(signal.reason);
    };
    signal.addEventListener("abort", giveUp);
    // Both stay to the end: an error that nobody listens to would end the program.
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the connection was closed")));
    socket.once(event, () => {
      signal.removeEventListener("abort", giveUp);
      resolve();
    });
  });
}

/** What memcached says instead of an answer. */
function refusal(line: string): UpstreamError {
  const reason = line.startsWith("CLIENT_ERROR unauthenticated") ? "unauthenticated" : "error";
  return new UpstreamError(reason, `memcached answered ${shown(line)}`);
}

/** The beginning of a line, for messages. */
function shown(line: string): string {
  return JSON.stringify(line.slice(0, 100));
}
