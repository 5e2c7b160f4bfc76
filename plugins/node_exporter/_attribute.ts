import { decimal } from "./_number.ts";
import { type Host, ifReadable } from "./host.ts";

/** The text of a one-line file, trimmed; `undefined` where it is not there, may not be read, or its device went away. */
export async function readAttribute(host: Host, path: string): Promise<string | undefined> {
  return (await ifReadable(host.readText(path)))?.trim();
}

/** The number in a one-line file; `undefined` where there is none. */
export async function readNumber(host: Host, path: string): Promise<number | undefined> {
  const value = decimal(await readAttribute(host, path));
  return Number.isNaN(value) ? undefined : value;
}

/** The names in a folder that match, sorted; none where there is no folder. */
export async function listMatching(host: Host, { path, name }: { path: string; name: RegExp }): Promise<string[]> {
  return (await ifReadable(host.list(path)))?.filter((entry) => name.test(entry)) ?? [];
}
