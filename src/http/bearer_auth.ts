import { keyedDigest } from "./keyed_digest.ts";
import { refusal } from "./refusal.ts";

/** What a token may consist of: `token68` of RFC 7235. */
export const TOKEN = /^[A-Za-z\d\-._~+/]+=*$/;

/** Makes the check of a bearer token, RFC 6750: gives the refusal if there is one. */
export function createBearerAuth(token: string): (request: Request) => Promise<Response | undefined> {
  const digestOf = keyedDigest();
  return async (request) => {
    const given = /^bearer +([^ ]+) *$/i.exec(request.headers.get("Authorization") ?? "")?.[1];
    if (given === undefined) return unauthorized();
    // Digests differ in every place as soon as one letter does, so how long this takes tells nothing about the token.
    const [expected, found] = await Promise.all([digestOf(token), digestOf(given)]);
    const differences = expected.reduce((sum, byte, i) => sum + Number(byte !== found[i]), 0);
    return differences === 0 ? undefined : unauthorized();
  };
}

function unauthorized(): Response {
  return refusal(401, { "WWW-Authenticate": "Bearer" });
}
