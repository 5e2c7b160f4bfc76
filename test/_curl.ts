/** What curl, a client with a TLS of its own, makes of a server. */

/** An answer, or none. */
export interface Curled {
  /** Status, 0 without an answer. */
  readonly status: number;
  /** Version of HTTP, such as "2" or "1.1". */
  readonly version: string;
  /** Headers by name in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** What curl complained about. */
  readonly error: string;
}

/** Asks once. */
export async function curl(url: string, args: readonly string[] = []): Promise<Curled> {
  const format = "\n%{http_code} %{http_version} %{header_json}";
  const { stdout, stderr } = await new Deno.Command("curl", {
    args: ["-sS", "--max-time", "20", "-w", format, ...args, url],
    stdin: "null",
  }).output();
  const output = new TextDecoder().decode(stdout);
  const [, text = "", status = "0", version = "", json = "{}"] = /^([\s\S]*)\n(\d+) (\S+) (\{[\s\S]*)$/.exec(output) ??
    [];
  const headers: Record<string, string[]> = JSON.parse(json);
  return {
    status: Number(status),
    version,
    headers: Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, values.join(", ")])),
    text,
    error: new TextDecoder().decode(stderr),
  };
}
