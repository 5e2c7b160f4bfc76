import type { Network, NetworkFetch } from "@exporterkit/core";
import type { TlsState } from "./certificates.ts";
import type { HttpModule } from "./http_module.ts";

/** The parts of a request, as they follow each other. */
export type Phase = "resolve" | "connect" | "tls" | "processing" | "transfer";

/** One request, without the redirects that may follow. */
export interface HttpRequest {
  readonly url: URL;
  /** The address to connect to; without it, the transport asks the network for one. */
  readonly address: string | undefined;
  /** What is asked for, as a proxy wants it. @default path and query of the URL */
  readonly path?: string;
  readonly method: string;
  /** `Host` among them, if it is not that of the URL. */
  readonly headers: Headers;
  readonly body: string;
  /** Name that the certificate has to be for, unless the module says another. */
  readonly serverName: string;
}

/** An answer whose body has not been read. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** As in `HTTP/1.1`; `undefined` where the runtime does not tell. */
  readonly version: string | undefined;
  /** The length that the answer says it has; -1 if it says none. */
  readonly contentLength: number;
  /** What there is to know about TLS; `undefined` without it, or where the runtime does not tell. */
  readonly tls: TlsState | undefined;
  /** The body, decompressed if the module asks for compression. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Lets go of the connection. */
  close(): void;
}

/** What requests of one probe have in common. */
export interface HttpSession {
  readonly module: HttpModule;
  readonly network: Network;
  /** The `fetch` that checks where it connects to. */
  readonly fetch: NetworkFetch;
  readonly signal: AbortSignal;
  /** Told how long a phase of a request took, in seconds. */
  readonly spent: (phase: Phase, seconds: number) => void;
}

/** The port that a URL of HTTP is at: what is checked has to be what is connected to. */
export function portOf({ port, protocol }: URL): number {
  return Number(port) || (protocol === "https:" ? 443 : 80);
}

/** How requests are sent: over sockets, or with nothing but `fetch`. */
export interface HttpTransport {
  /** Whether it connects to the address that it is told, and tells addresses, versions and certificates. */
  readonly tellsConnections: boolean;
  /** Phases that it tells. */
  readonly phases: readonly Phase[];
  /** Reads `body_file`. */
  readFile(path: string): Promise<string>;
  /** Sends one request and follows no redirect. */
  send(request: HttpRequest, session: HttpSession): Promise<HttpAnswer>;
}
