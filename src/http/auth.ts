import type { Logger } from "../log/logger.ts";
import { createBasicAuth } from "./basic_auth.ts";
import { bcryptCost, type CompareHash, COSTS } from "./bcrypt_hash.ts";
import { createBearerAuth, TOKEN } from "./bearer_auth.ts";
import type { Guard } from "./guard.ts";
import { refusal } from "./refusal.ts";

/** Who is answered: whoever has one of the passwords, or the token. */
export type Auth = BasicAuth | BearerAuth;

/** User names and passwords, as HTTP's basic authentication sends them. */
export interface BasicAuth {
  /** Bcrypt hashes by user name, of cost 4 to 14. */
  readonly basic: Readonly<Record<string, string>>;
  /** Compares a password with a hash: `compare` of `bcryptjs`. */
  readonly compare: CompareHash;
}

/** A token that stands in the header `Authorization: Bearer`. */
export interface BearerAuth {
  /** At least 16 letters, digits or `-._~+/`. */
  readonly bearer: string;
}

/** How requests are checked. */
export interface AuthOptions {
  /** Whether comparisons of passwords may overlap, as they must on Workers. @default false */
  readonly overlapping?: boolean;
}

/** Shorter tokens can be guessed. */
const LEAST_TOKEN_LENGTH = 16;

/**
 * Makes a guard that answers, on every path, only those who are allowed to ask; others get 401.
 *
 * @returns What puts the check before a handler.
 * @throws {TypeError} If nobody could be allowed: no user, something that is no bcrypt hash, a token that is too short.
 * @example A token for everything that a server answers
 * ```ts
 * import { guardFromAuth } from "@exporterkit/core/http";
 * import assert from "node:assert/strict";
 *
 * const guard = guardFromAuth({ bearer: "a-token-that-nobody-guesses" });
 * const answer = guard(() => Promise.resolve(new Response("metrics")));
 *
 * const request = new Request("http://localhost/metrics");
 * assert.equal((await answer(request)).status, 401);
 * request.headers.set("Authorization", "Bearer a-token-that-nobody-guesses");
 * assert.equal((await answer(request)).status, 200);
 * ```
 */
export function guardFromAuth(auth: Auth, options: AuthOptions = {}): Guard {
  const problem = problemOf(auth);
  if (problem !== undefined) throw new TypeError(`Cannot check who asks: ${problem}`);
  const check = checkOf(auth, options);
  return (answer) => async (request) => await check(request) ?? await answer(request);
}

/** What of a Worker's environment says who is answered. */
export interface AuthBindings {
  /** The token that is asked for. */
  readonly WEB_BEARER_TOKEN?: unknown;
  /** A line `user:bcrypt-hash` for each user, as `htpasswd -B` writes them; others that begin with `#` are comments. */
  readonly WEB_BASIC_AUTH_USERS?: unknown;
}

/** What is needed to read bindings. */
export interface AuthBindingsOptions {
  /** Compares passwords, where there is something for it in the Worker's bundle. */
  readonly compare?: CompareHash;
  readonly log: Logger;
}

/**
 * Makes the guard that a Worker's bindings ask for: `WEB_BEARER_TOKEN`, or `WEB_BASIC_AUTH_USERS` where there is a
 * `compare`. Without either, everybody is answered. A binding that is there but cannot be used lets nobody in: all requests
 * get 500, and the log says why. `handler` of `@exporterkit/core` does this by itself.
 *
 * @example A secret that somebody forgot to fill in
 * ```ts
 * import { guardFromBindings } from "@exporterkit/core/http";
 * import assert from "node:assert/strict";
 *
 * const guard = guardFromBindings({ WEB_BEARER_TOKEN: "" }, { log: console });
 * const answer = guard(() => Promise.resolve(new Response("metrics")));
 *
 * assert.equal((await answer(new Request("http://localhost/metrics"))).status, 500);
 * ```
 */
export function guardFromBindings(env: AuthBindings, { compare, log }: AuthBindingsOptions): Guard {
  const auth = authOf(env, compare);
  if (auth === undefined) return (answer) => answer;
  if (typeof auth === "object") return guardFromAuth(auth, { overlapping: true });
  return () => () => {
    log.error("Nobody is answered", { reason: auth });
    return Promise.resolve(refusal(500));
  };
}

/** Nothing if nothing is asked for, a text if that cannot be done. */
function authOf(env: AuthBindings, compare: CompareHash | undefined): Auth | string | undefined {
  const { WEB_BEARER_TOKEN: bearer, WEB_BASIC_AUTH_USERS: users } = env;
  if (bearer === undefined && users === undefined) return undefined;
  if (bearer !== undefined && users !== undefined) {
    return "got both of WEB_BEARER_TOKEN and WEB_BASIC_AUTH_USERS, expected one";
  }
  if (bearer !== undefined) {
    const auth = { bearer: bearer as string };
    return withBinding("WEB_BEARER_TOKEN", auth);
  }
  if (compare === undefined) {
    return "WEB_BASIC_AUTH_USERS: got no compare, expected handler(exporter, { compare }) with that of bcryptjs";
  }
  const basic = typeof users === "string" ? readUsers(users) : {};
  if (basic === undefined) return "WEB_BASIC_AUTH_USERS: got a line without a colon, or a user twice";
  return withBinding("WEB_BASIC_AUTH_USERS", { basic, compare });
}

function withBinding(name: string, auth: Auth): Auth | string {
  const problem = problemOf(auth);
  return problem === undefined ? auth : `${name}: ${problem}`;
}

function readUsers(text: string): Record<string, string> | undefined {
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  const entries = lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)] as const);
  const isComplete = lines.every((line) => line.includes(":"));
  return isComplete && new Map(entries).size === lines.length ? Object.fromEntries(entries) : undefined;
}

/** What is wrong, without what was found: that is a secret. */
function problemOf(auth: Auth): string | undefined {
  if ("bearer" in auth) {
    const { bearer } = auth;
    const isToken = typeof bearer === "string" && bearer.length >= LEAST_TOKEN_LENGTH && TOKEN.test(bearer);
    return isToken ? undefined : `expected a token of at least ${LEAST_TOKEN_LENGTH} letters, digits or -._~+/`;
  }
  const users = Object.entries(auth.basic ?? {});
  if (users.length === 0) return "got no users, expected at least one";
  if (typeof auth.compare !== "function") return "got no compare, expected that of bcryptjs";
  const wrong = users.findIndex(([, hash]) => !isGood(hash));
  if (wrong < 0) return undefined;
  return `user ${wrong + 1} of ${users.length} has no bcrypt hash of cost ${COSTS.least} to ${COSTS.most}`;
}

function isGood(hash: unknown): boolean {
  const cost = typeof hash === "string" ? bcryptCost(hash) : undefined;
  return cost !== undefined && cost >= COSTS.least && cost <= COSTS.most;
}

function checkOf(auth: Auth, options: AuthOptions): (request: Request) => Promise<Response | undefined> {
  if ("bearer" in auth) return createBearerAuth(auth.bearer);
  const users = new Map(Object.entries(auth.basic));
  const check = createBasicAuth(auth.compare, options);
  return (request) => check(request, users);
}
