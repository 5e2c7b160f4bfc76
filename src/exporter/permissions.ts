/**
 * What an exporter needs from the machine, so that whatever runs it can refuse everything else. `exporterkit build` turns
 * this into the flags of Deno and Node and the hardening of systemd and Kubernetes. Listening needs no entry.
 */
export interface Permissions {
  /**
   * Hosts that it connects to: `host`, `host:port` or `[::1]:port`, `*` for any, where settings name them.
   * @default none
   */
  readonly net?: readonly string[];
  /** Files and folders that it reads, folders with all that is in them, as absolute paths. @default none */
  readonly read?: readonly string[];
  /** Environment variables that it reads, beside those of its settings. @default none */
  readonly env?: readonly string[];
  /** Programs that it starts, by name or absolute path. @default none */
  readonly run?: readonly string[];
}

/** What an entry of each kind looks like, and how to say so. */
const ENTRIES: Readonly<Record<keyof Permissions, readonly [form: RegExp, expected: string]>> = {
  net: [/^(?:\*|(?:\[[\da-f:.]+\]|(?:\*\.)?[\w.-]+)(?::\d{1,5})?)$/i, "host, host:port, [address]:port or *"],
  read: [/^(?:\/|[a-z]:[\\/])[^,\n]*$/i, "an absolute path without a comma"],
  env: [/^[a-z_]\w*$/i, "the name of a variable"],
  run: [/^[^\s,]+$/, "a program without blanks and commas"],
};

/**
 * Looks whether permissions can be understood.
 *
 * @throws {TypeError} If there is no such kind of permission, or an entry is none.
 */
export function checkPermissions(exporter: string, permissions: Permissions = {}): void {
  for (const [kind, entries] of Object.entries(permissions)) {
    const [form, expected] = ENTRIES[kind as keyof Permissions] ?? [];
    const found = Array.isArray(entries) ? entries.find((entry) => !form?.test(entry)) : entries;
    if (form && found === undefined) continue;
    const problem = form
      ? `${kind} has ${JSON.stringify(found)}, expected ${expected}`
      : `there is no "${kind}", only ${Object.keys(ENTRIES).join(", ")}`;
    throw new TypeError(`Cannot define exporter "${exporter}": of its permissions, ${problem}`);
  }
}
