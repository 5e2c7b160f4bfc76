import { bcryptCost, type CompareHash, hashOfNobody } from "./bcrypt_hash.ts";
import { hex, keyedDigest } from "./keyed_digest.ts";
import { refusal } from "./refusal.ts";

/** Checks user name and password, and gives the refusal if there is one; the users may be others for every request. */
export type BasicAuthCheck = (
  request: Request,
  users: ReadonlyMap<string, string>,
) => Promise<Response | undefined>;

interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** How many answers are kept of each kind. */
const MAX_KEPT = 100;

/** How many requests may wait for a comparison. */
const MAX_WAITING = 100;

/**
 * Makes the check of HTTP's basic authentication.
 *
 * Comparing takes long on purpose, so that one comparison runs at a time, its answer is kept, and no more than a hundred
 * requests wait: further ones get 429. A user that does not exist is compared with a hash that nobody has, of the highest
 * cost among the users. What is kept are digests with a key of this process, never passwords.
 *
 * @param compare How a password is compared with a bcrypt hash, in constant time.
 * @param options `overlapping` lets comparisons overlap, for Workers, where a request must not wait for another's work.
 */
export function createBasicAuth(compare: CompareHash, options: { overlapping?: boolean } = {}): BasicAuthCheck {
  const { overlapping = false } = options;
  const digestOf = keyedDigest();
  const accepted = new Map<string, true>();
  const refused = new Map<string, true>();
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  /** Known answers are those of this very hash: a changed password is compared anew. */
  function kept(key: string): boolean | undefined {
    return accepted.has(key) ? true : refused.has(key) ? false : undefined;
  }
  async function compareAndKeep(key: string, { password }: Credentials, hash: string): Promise<boolean> {
    const known = kept(key);
    if (known !== undefined) return known;
    const isRight = await compare(password, hash);
    const answers = isRight ? accepted : refused;
    answers.set(key, true);
    if (answers.size > MAX_KEPT) answers.delete(answers.keys().next().value!);
    return isRight;
  }
  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    waiting++;
    const turn = last.then(work);
    last = turn.catch(() => {});
    try {
      return await turn;
    } finally {
      waiting--;
    }
  }

  return async (request, users) => {
    const credentials = credentialsOf(request.headers.get("Authorization"));
    if (credentials === undefined) return unauthorized();
    const known = users.get(credentials.user);
    const hash = known ?? hashOfNobody(highestCost(users));
    const key = hex(await digestOf(JSON.stringify([credentials.user, hash, credentials.password])));
    let isRight = kept(key);
    if (isRight === undefined) {
      if (waiting >= MAX_WAITING) return refusal(429);
      const work = () => compareAndKeep(key, credentials, hash);
      isRight = overlapping ? await work() : await inTurn(work);
    }
    return isRight && known !== undefined ? undefined : unauthorized();
  };
}

function unauthorized(): Response {
  return refusal(401, { "WWW-Authenticate": "Basic" });
}

/** Reads `Authorization: Basic <base64 of user:password>`, RFC 7617; nothing if it is not that. */
function credentialsOf(header: string | null): Credentials | undefined {
  const encoded = /^basic +([A-Za-z\d+/]+={0,2}) *$/i.exec(header ?? "")?.[1];
  if (encoded === undefined) return undefined;
  try {
    const bytes = Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0));
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const colon = text.indexOf(":");
    return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
  } catch {
    return undefined;
  }
}

function highestCost(users: ReadonlyMap<string, string>): number {
  return Math.max(...[...users.values()].map((hash) => bcryptCost(hash) ?? 0));
}
