/** Where a server listens. */
export interface Address {
  /** Host name or IP address; empty for every address of the machine. */
  readonly host: string;
  /** Port; 0 lets the system choose. */
  readonly port: number;
}

const MOST_PORT = 65_535;

/** Reads `host:port`, `[v6]:port` or `:port`; `undefined` if a text is none of them. */
export function parseAddress(text: string): Address | undefined {
  const match = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  return match === null || port > MOST_PORT ? undefined : { host: match[1] ?? match[2] ?? "", port };
}

/** A host as URLs have it. */
export function hostText(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
