/** Where a page is, taken apart for `node:http`. */
export interface ScrapeUri {
  /** As it may be shown: without user and password. */
  readonly shown: string;
  readonly isTls: boolean;
  /** What the request's `Host` is. */
  readonly host: string;
  /** Where to connect to. */
  readonly address: { readonly host: string; readonly port: number } | { readonly socketPath: string };
  /** Path and query. */
  readonly path: string;
  /** `user:password`, if the page wants it. */
  readonly auth?: string;
}

/**
 * Reads the address of a page as nginx-prometheus-exporter's `--nginx.scrape-uri` takes it.
 *
 * @returns `undefined` if it is none.
 */
export function parseScrapeUri(text: string): ScrapeUri | undefined {
  return text.startsWith("unix:") ? parseUnix(text) : parseHttp(text);
}

/** `unix:/run/nginx.sock:/stub_status`; without a second colon it is `/`. */
function parseUnix(text: string): ScrapeUri | undefined {
  const [, socketPath, path = "/"] = /^unix:([^:]+)(?::(\/[^:]*))?$/.exec(text) ?? [];
  if (socketPath === undefined) return undefined;
  return { shown: text, isTls: false, host: "unix", address: { socketPath }, path };
}

function parseHttp(text: string): ScrapeUri | undefined {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const { protocol, host, hostname, port, pathname, search, username, password } = new URL(text);
  const isTls = protocol === "https:";
  const auth = decoded(`${username}:${password}`);
  if (auth === undefined) return undefined;
  return {
    shown: `${protocol}//${host}${pathname}${search}`,
    isTls,
    host,
    // Brackets are the URL's, not the address's.
    address: { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || (isTls ? 443 : 80)) },
    path: `${pathname}${search}`,
    ...(auth === ":" ? {} : { auth }),
  };
}

/** Undoes percent escapes; `undefined` where they escape no UTF-8. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
