import { base64 } from "./_base64.ts";

/** What a Pushgateway is asked for. */
export interface GatewayRequest {
  /** PUT replaces a group, POST adds to it, DELETE takes it away. */
  readonly method: "PUT" | "POST" | "DELETE";
  /** Sent along; an `Authorization` counts before credentials. */
  readonly headers?: HeadersInit;
  /** Who asks, as `user:password`, for basic authentication. @default what the URL says */
  readonly credentials?: string;
  /** The metrics as they are sent. @default nothing */
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** Gives up. @default waits as long as it takes */
  readonly signal?: AbortSignal;
  /** Sends the request. @default the runtime's `fetch` */
  readonly fetch?: typeof fetch;
}

/** What it answered. */
export interface GatewayAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  /** The whole body. */
  readonly body: string;
}

/**
 * Asks a Pushgateway, and reads its whole answer, whatever its status. Redirects are answers too: where they are followed,
 * a POST becomes a GET and succeeds without having pushed anything.
 *
 * @param url Where to; its credentials are sent as basic authentication, since `fetch` takes none.
 */
export async function askGateway(url: URL, request: GatewayRequest): Promise<GatewayAnswer> {
  const { fetch = globalThis.fetch, method, credentials = credentialsOf(url), body, signal } = request;
  const headers = new Headers(request.headers);
  if (credentials !== undefined && !headers.has("Authorization")) {
    headers.set("Authorization", `Basic ${base64(credentials)}`);
  }
  const response = await fetch(withoutCredentials(url), { method, headers, body, signal, redirect: "manual" });
  const { status, statusText } = response;
  return { status, statusText, headers: response.headers, body: await response.text() };
}

/** Compresses a body. */
export async function gzip(body: string | Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const compressed = new Response(body).body!.pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(compressed).arrayBuffer());
}

/** The credentials in a URL as `user:password`, or `undefined` without any. */
export function credentialsOf({ username, password }: URL): string | undefined {
  return username === "" && password === "" ? undefined : `${decoded(username)}:${decoded(password)}`;
}

/** A percent sign that nobody has encoded stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function withoutCredentials(url: URL): URL {
  const bare = new URL(url);
  bare.username = "";
  bare.password = "";
  return bare;
}
