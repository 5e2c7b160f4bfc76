/** Where memcached listens, as `node:net` takes it. */
export type Address = { readonly host: string; readonly port: number } | { readonly path: string };

/** Memcached's own default. */
export const DEFAULT_PORT = 11211;

/**
 * Reads `host:port`, `host`, `[::1]:port` or the path of a Unix socket.
 *
 * @returns `undefined` if it is none of these.
 */
export function parseAddress(text: string): Address | undefined {
  if (text.includes("/")) return { path: text };
  const match = /^(?:\[(?<ipv6>[\da-f:.]+)\]|(?<name>[^\s:[\]]+))(?::(?<port>\d{1,5}))?$/i.exec(text)?.groups;
  const port = Number(match?.port ?? DEFAULT_PORT);
  const host = match?.ipv6 ?? match?.name;
  return host === undefined || port === 0 || port > 65535 ? undefined : { host, port };
}

/** An address as messages name it. */
export function shownAddress(address: Address): string {
  if ("path" in address) return address.path;
  const { host, port } = address;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
