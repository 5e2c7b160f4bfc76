/** What stands in the place of something that nobody may read. */
export const REDACTED = "<secret>";

/** User name and password of a URL, with or without what the standard wants escaped in them. */
const CREDENTIALS = /\b([a-z][a-z\d+.-]*:\/\/)[^\s/?#]*@/gi;

/** Shorter texts stand in too many words that are no secret. */
const SHORTEST_CONCEALED = 4;
/** So many spellings are remembered: secrets that are replaced every hour must not fill the memory. */
const MOST_CONCEALED = 256;

/** Texts that may stand nowhere, the newest last. The process has one set: a secret is one whoever writes about it. */
const concealed = new Set<string>();
/** The same, so that a text is not taken for the beginning of a longer one. */
let longestFirst: readonly string[] = [];

/**
 * From now on {@link redact} takes this text out, also as URLs and JSON spell it. Texts of less than 4 characters are left
 * alone.
 */
export function conceal(secret: string): void {
  if (secret.length < SHORTEST_CONCEALED) return;
  for (const spelling of [secret, encodeURIComponent(secret.toWellFormed()), JSON.stringify(secret).slice(1, -1)]) {
    concealed.delete(spelling);
    concealed.add(spelling);
  }
  for (const oldest of concealed) {
    if (concealed.size <= MOST_CONCEALED) break;
    concealed.delete(oldest);
  }
  longestFirst = [...concealed].sort((a, b) => b.length - a.length);
}

/**
 * Takes what is {@link conceal}ed out of a text, and the user names and passwords of URLs: errors of clients and runtimes
 * like to name the whole URL.
 */
export function redact(text: string): string {
  let redacted = text;
  for (const secret of longestFirst) redacted = redacted.replaceAll(secret, REDACTED);
  return redacted.includes("@") ? redacted.replace(CREDENTIALS, `$1${REDACTED}@`) : redacted;
}
