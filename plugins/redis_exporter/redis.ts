import { UpstreamError, type UpstreamFailure } from "@exporterkit/core";

/** What Redis answers to a command. */
export type Reply = string | number | null | readonly Reply[];

/** A command and its arguments. */
export type Command = readonly [name: string, ...args: string[]];

/** Something that takes commands. */
export interface Commands {
  /**
   * Sends a command and waits for the answer.
   *
   * @throws {RefusedError} If Redis answers with an error.
   * @throws {Error} If the connection is lost, or the signal is aborted before.
   */
  send(command: Command, signal: AbortSignal): Promise<Reply>;
  /** The nodes of a cluster that have keys, for commands that see those of one node. @default it has all keys itself */
  nodes?(signal: AbortSignal): Promise<readonly Commands[]>;
}

/** A Redis server as collectors see it: one connection that they share. */
export interface Redis extends Commands {
  /** `standalone`, `cluster` or `sentinel`; `unknown` where INFO may not be run. */
  mode(signal: AbortSignal): Promise<string>;
  /** How many databases there are; 16 where Redis does not say. */
  databases(signal: AbortSignal): Promise<number>;
  /** Lends a connection on which databases may be selected, until `use` has ended; with `--is-cluster` to all nodes. */
  withConnection<T>(use: (connection: Commands) => Promise<T>, signal: AbortSignal): Promise<T>;
  /** How long the last attempt to connect and to log in took, in seconds. */
  readonly connectSeconds: number;
  /** How long the last PING took, in seconds; `undefined` before the first. */
  readonly pingSeconds: number | undefined;
}

/** Errors that are about who asks, not about what is asked. */
const REASONS: Readonly<Record<string, UpstreamFailure>> = {
  NOAUTH: "unauthenticated",
  WRONGPASS: "unauthenticated",
  NOPERM: "denied",
};

/** Redis answered a command with an error. */
export class RefusedError extends UpstreamError {
  override name = "RefusedError";
  /** The word that the error begins with, such as `NOPERM`, `LOADING` or `ERR`. */
  readonly code: string;
  /** The error as Redis words it. */
  readonly answer: string;

  /**
   * @param message What could not be done, and what to do.
   * @param answer The error as Redis words it.
   * @param reason Why it refused. @default what the answer begins with tells
   */
  constructor(message: string, answer: string, reason: UpstreamFailure = REASONS[codeOf(answer)] ?? "error") {
    super(reason, message);
    this.answer = answer;
    this.code = codeOf(answer);
  }
}

/** The word that an error of Redis begins with; empty if it begins otherwise. */
export function codeOf(answer: string): string {
  return /^[A-Z]+\b/.exec(answer)?.[0] ?? "";
}

/**
 * Reads a list of keys and values, as CONFIG GET and XINFO answer; anything else gives nothing.
 *
 * @example
 * ```ts ignore
 * toMap(["maxmemory", "0"]); // Map { "maxmemory" => "0" }
 * ```
 */
export function toMap(reply: Reply): Map<string, Reply> {
  const list = toList(reply);
  return new Map(list.flatMap((key, i): [string, Reply][] => i % 2 === 0 ? [[String(key), list[i + 1] ?? null]] : []));
}

/** A reply as a list; one that is none is empty. */
export function toList(reply: Reply | undefined): readonly Reply[] {
  return Array.isArray(reply) ? reply : [];
}
