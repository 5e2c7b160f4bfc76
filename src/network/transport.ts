/** A request as it goes over one connection: redirects are for whoever asked. */
export interface OutgoingRequest {
  /** Where to; its host is what `Host` and the server name of TLS say. */
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
  readonly signal: AbortSignal;
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
    send: ({ url, method, headers, body, signal }) =>
      fetch(url, { method, headers, signal, redirect: "manual", ...(body === undefined ? {} : { body }) }),
  };
}
