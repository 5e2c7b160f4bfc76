/**
 * The address of a server that takes announcements, without a slash at its end.
 *
 * @throws {TypeError} If it is not the URL of an HTTP server, or carries credentials: those would be seen by whoever lists
 * the processes of the machine.
 */
export function serverUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isHttp = parsed?.protocol === "http:" || parsed?.protocol === "https:";
  if (!isHttp || parsed.username !== "" || parsed.password !== "" || parsed.search !== "" || parsed.hash !== "") {
    // What comes before an @ may be a password.
    const shown = url.replace(/^.*@/s, "...@");
    throw new TypeError(
      `Cannot announce to ${
        JSON.stringify(shown)
      }: expected a URL such as "http://127.0.0.1:8500", without credentials`,
    );
  }
  return parsed.href.replace(/\/+$/, "");
}
