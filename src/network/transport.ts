/** How a client speaks TLS, other than the runtime would by itself. PEM texts, as `node:tls` takes them. */
export interface ClientTls {
  /** The only authorities to trust. @default those of the runtime */
  readonly ca?: string;
  /** The certificate to show, with those between it and its authority. @default none */
  readonly cert?: string;
  /** Private key of the certificate. */
  readonly key?: string;
  /** The name that is asked for and expected in the server's certificate. @default the host of the URL */
  readonly serverName?: string;
  /** Whether the server's certificate must be right. @default true */
  readonly verify?: boolean;
  /** @default the runtime's */
  readonly minVersion?: TlsVersion;
  /** @default the runtime's */
  readonly maxVersion?: TlsVersion;
}

/** Versions of TLS, as `node:tls` names them. */
export type TlsVersion = "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3";

/** A request as it goes over one connection: redirects are for whoever asked. */
export interface OutgoingRequest {
  /** Where to; its host is what `Host` and the server name of TLS say. */
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
  readonly signal: AbortSignal;
  /** @default as the runtime does it */
  readonly tls?: ClientTls | undefined;
}

/** How a runtime reaches hosts. */
export interface Transport {
  /**
   * All addresses of a name, as this machine knows them. Rejects if there are none. Left out where nobody can choose which
   * address a connection goes to.
   */
  resolve?(host: string): Promise<readonly string[]>;
  /**
   * Sends a request over a connection of its own to one of the addresses, whatever its host may resolve to by now. No
   * proxy is asked, and no redirect followed.
   */
  send(request: OutgoingRequest, addresses: readonly string[]): Promise<Response>;
}

/** Reaches hosts by their names, with nothing but `fetch`. */
export function fetchTransport(fetch: typeof globalThis.fetch): Transport {
  return {
    async send({ url, method, headers, body, signal, tls }) {
      if (tls !== undefined && Object.keys(tls).length > 0) {
        throw new TypeError(`Cannot fetch ${url.origin}: this runtime's fetch has no TLS settings`);
      }
      return await fetch(url, { method, headers, signal, redirect: "manual", ...(body === undefined ? {} : { body }) });
    },
  };
}
