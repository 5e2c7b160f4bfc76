/** What stands in the place of something that nobody may read. */
const REDACTED = "<secret>";

/** User name and password of a URL, with or without what the standard wants escaped in them. */
const CREDENTIALS = /\b([a-z][a-z\d+.-]*:\/\/)[^\s/?#]*@/gi;

/**
 * Takes the user names and passwords out of the URLs in a text: errors of clients and runtimes like to name the whole URL.
 */
export function redact(text: string): string {
  return text.includes("@") ? text.replace(CREDENTIALS, `$1${REDACTED}@`) : text;
}
