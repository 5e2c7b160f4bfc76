import { credentialsOf } from "../push/gateway_request.ts";
import { builtin } from "./_builtins.ts";

/** The options of a push: those of `http.request`, of which these are read here. */
export interface PushOptions {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly auth?: string;
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  readonly [option: string]: unknown;
}

/** What is asked of a Pushgateway. */
export interface PushRequest {
  readonly method: "PUT" | "POST" | "DELETE";
  readonly url: URL;
  readonly options: PushOptions;
  /** Whether the body is compressed. */
  readonly compressed: boolean;
  /** The body; not called for DELETE. */
  text(): Promise<string>;
}

/** What it answered. */
export interface PushAnswer {
  readonly resp: { readonly statusCode?: number };
  readonly body: string;
}

/** What is used of `node:http` and `node:https`. */
export interface HttpModule {
  request(options: object, answered: (response: HttpResponse) => void): HttpRequest;
}

interface HttpRequest {
  on(event: "error", listener: (error: unknown) => void): unknown;
  on(event: "timeout", listener: () => void): unknown;
  write(body: string | Uint8Array): unknown;
  end(): unknown;
  destroy(error?: Error): unknown;
}

interface HttpResponse {
  readonly statusCode?: number;
  setEncoding(encoding: "utf8"): unknown;
  on(event: "data", listener: (chunk: string) => void): unknown;
  on(event: "error", listener: (error: unknown) => void): unknown;
  on(event: "end", listener: () => void): unknown;
}

interface Zlib {
  gzipSync(text: string): Uint8Array;
}

/** What a push says that was not answered in time. */
export const TIMED_OUT = "Pushgateway request timed out";

/**
 * Makes the request at once, and writes the body when it is there. It is compressed without waiting for anything: libraries
 * that answer in place of a server in tests, such as nock, take a request for a real one when its body comes later.
 */
export function pushByHttp(http: HttpModule, request: PushRequest): Promise<PushAnswer> {
  const { method, url, options, compressed } = request;
  return new Promise((resolve, reject) => {
    const outgoing = http.request({ ...addressOptions(url), ...options, method }, (resp) => {
      let text = "";
      resp.setEncoding("utf8");
      resp.on("data", (chunk) => text += chunk);
      resp.on("error", reject);
      resp.on("end", () => resolve({ resp, body: text }));
    });
    function giveUp(error: unknown): void {
      reject(error);
      outgoing.destroy();
    }
    outgoing.on("error", reject);
    outgoing.on("timeout", () => giveUp(new Error(TIMED_OUT)));
    if (method === "DELETE") {
      outgoing.end();
      return;
    }
    request.text().then((text) => {
      outgoing.write(compressed ? builtin<Zlib>("node:zlib")!.gzipSync(text) : text);
      outgoing.end();
    }).catch(giveUp);
  });
}

/** An address as `http.request` takes it beside other options, which may replace any part. */
function addressOptions(url: URL): Record<string, unknown> {
  const { protocol, host, hostname, port, pathname, href } = url;
  return {
    protocol,
    auth: credentialsOf(url) ?? null,
    host,
    // A URL puts IPv6 addresses in brackets.
    hostname: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: port === "" ? null : port,
    pathname,
    path: pathname,
    href,
  };
}
