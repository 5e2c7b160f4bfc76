import type { Secret } from "@exporterkit/core";

/**
 * The password to log in with: the secret's text, or, where that is a JSON object as redis_exporter's password files are,
 * what it has for the address.
 *
 * @returns `undefined` if there is none.
 * @throws {Error} If the secret cannot be read.
 */
export async function passwordOf(secret: Secret | undefined, address: string): Promise<string | undefined> {
  const text = await secret?.read();
  if (text === undefined || text === "") return undefined;
  const passwords = toPasswords(text);
  if (passwords === undefined) return text;
  const password = passwords[address] ?? passwords[`redis://${address}`];
  return password === "" ? undefined : password;
}

/**
 * The first password that the secret's text has for one of several addresses, where that is JSON; a text that is one
 * password is for another server.
 *
 * @throws {Error} If the secret cannot be read.
 */
export async function passwordAmong(
  secret: Secret | undefined,
  addresses: readonly string[],
): Promise<string | undefined> {
  const passwords = toPasswords(await secret?.read() ?? "");
  const address = addresses.find((one) => Object.hasOwn(passwords ?? {}, one));
  return address === undefined ? undefined : passwords?.[address] || undefined;
}

function toPasswords(text: string): Readonly<Record<string, string>> | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    const read: unknown = JSON.parse(text);
    const isMap = typeof read === "object" && read !== null &&
      Object.values(read).every((value) => typeof value === "string");
    return isMap ? read as Record<string, string> : undefined;
  } catch {
    // A password may begin with a brace.
    return undefined;
  }
}
