/** Every reason for which an upstream can fail. */
export const UPSTREAM_FAILURES = [
  "refused",
  "unreachable",
  "timeout",
  "tls",
  "unauthenticated",
  "denied",
  "error",
] as const;

/**
 * Why an upstream was not reached, or did not do what it was asked: `refused`, nothing listens there; `unreachable`, its
 * host has no address or no way leads there; `timeout`, it did not answer in time; `tls`, its certificate or its handshake
 * is not acceptable; `unauthenticated`, it did not accept the credentials; `denied`, whoever is logged in lacks a right;
 * `error`, everything else.
 */
export type UpstreamFailure = typeof UPSTREAM_FAILURES[number];

/**
 * What `open`, `check` and collectors throw when they know why the upstream failed: the metrics then say it.
 *
 * Who connects with the runtime's `fetch` or sockets needs it only for `unauthenticated` and `denied`: the other reasons are
 * seen in the errors that those throw, also where they are the `cause` of another one.
 *
 * @example Telling a wrong password from an outage
 * ```ts
 * import { UpstreamError } from "@exporterkit/core";
 *
 * async function logIn(answer: Response): Promise<void> {
 *   if (answer.status === 401) throw new UpstreamError("unauthenticated", "The API does not accept the token of --api.token");
 * }
 * ```
 */
export class UpstreamError extends Error {
  override name = "UpstreamError";
  /** Why it failed: the label `reason` of `<namespace>_scrape_upstream_failure`. */
  readonly reason: UpstreamFailure;

  /** @param message What could not be done, why, and what to do about it. It is logged. */
  constructor(reason: UpstreamFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** The codes that Node's and Bun's sockets, look-ups and `fetch` give errors, also in Deno. */
const BY_CODE: Readonly<Record<string, UpstreamFailure>> = {
  ECONNREFUSED: "refused",
  ENOTFOUND: "unreachable",
  EAI_AGAIN: "unreachable",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  ETIMEDOUT: "timeout",
  UND_ERR_CONNECT_TIMEOUT: "timeout",
  EPROTO: "tls",
};

/** The certificate errors of OpenSSL have codes without a common beginning. */
const TLS_CODE = /^ERR_(SSL|TLS)_|CERT|SIGNATURE/;

/** Errors of Deno's `fetch` have no code. */
const BY_TEXT: readonly (readonly [RegExp, UpstreamFailure])[] = [
  [/Connection refused/, "refused"],
  [/dns error|No route to host|Network is unreachable/, "unreachable"],
  [/Connection timed out/, "timeout"],
  [/peer certificate|received corrupt message|received fatal alert/, "tls"],
];

/** Why an upstream failed, as far as an error or its causes tell. */
export function upstreamFailureOf(error: unknown): UpstreamFailure {
  for (const cause of causesOf(error)) {
    const reason = ownReason(cause);
    if (reason !== undefined) return reason;
  }
  return "error";
}

function ownReason(error: Error): UpstreamFailure | undefined {
  if (error instanceof UpstreamError) return error.reason;
  if (error.name === "TimeoutError") return "timeout";
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  if (typeof code !== "string") return BY_TEXT.find(([text]) => text.test(error.message))?.[1];
  // Of a socket in the file system. Files with certificates may be missing as well.
  if (code === "ENOENT") return syscall === "connect" ? "refused" : undefined;
  return BY_CODE[code] ?? (TLS_CODE.test(code) ? "tls" : undefined);
}

/** An error, what caused it, and what that gathers: what comes first is nearest to who threw it. */
function* causesOf(error: unknown): Generator<Error> {
  const seen = new Set<unknown>();
  const waiting = [error];
  while (waiting.length > 0) {
    const next = waiting.shift();
    if (!(next instanceof Error) || seen.has(next)) continue;
    seen.add(next);
    yield next;
    waiting.push(next.cause, ...next instanceof AggregateError ? next.errors : []);
  }
}
