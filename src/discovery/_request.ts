/** What is asked of a server that takes announcements. */
export interface ServerRequest {
  readonly method: "PUT" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  /** A secret among the headers, which no reason may repeat. @default none */
  readonly secret?: string;
  /** Sent as JSON. @default nothing */
  readonly body?: unknown;
  /** Sends it. @default the runtime's `fetch` */
  readonly fetch?: typeof fetch;
}

/** A drain waits for one that is under way and for its own: together less than what Kubernetes gives a process to end. */
const TIMEOUT_MS = 5000;
/** How much of a refusal's reason is said. */
const MOST_REASON = 200;

/** Asks, and throws whatever is not a success: with the reason that the server gives. */
export async function askServer(url: string, request: ServerRequest): Promise<void> {
  const { fetch = globalThis.fetch, method, secret = "", body } = request;
  const response = await fetch(url, {
    method,
    headers: { ...request.headers, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
    redirect: "manual",
  });
  const text = (await response.text()).trim();
  if (response.ok) return;
  const reason = (secret === "" ? text : text.replaceAll(secret, "<secret>")).slice(0, MOST_REASON);
  throw new Error(`${method} ${url}: status ${response.status}: ${reason}`);
}
