import { askGateway, gzip } from "../push/gateway_request.ts";
import { type PushAnswer, type PushOptions, type PushRequest, TIMED_OUT } from "./_push_by_http.ts";

/** Pushes where there is no `node:http`, as far as `fetch` takes its options. */
export async function pushByFetch(request: PushRequest): Promise<PushAnswer> {
  const { method, url, options } = request;
  const { auth, signal, timeout } = options;
  const encoded = method === "DELETE" ? undefined : await encodedBody(request);
  const deadline = timeout ? AbortSignal.timeout(timeout) : undefined;
  try {
    const { status, statusText, headers, body } = await askGateway(url, {
      method,
      headers: headersOf(options),
      credentials: auth,
      body: encoded,
      signal: AbortSignal.any([signal, deadline].filter((signal) => signal !== undefined)),
    });
    const resp = { statusCode: status, statusMessage: statusText, headers: Object.fromEntries(headers) };
    return { resp, body };
  } catch (error) {
    if (deadline?.aborted && !signal?.aborted) throw new Error(TIMED_OUT, { cause: error });
    throw error;
  }
}

/** Bytes, since text would be given a content type that `node:http` does not give it. */
async function encodedBody({ text, compressed }: PushRequest): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new TextEncoder().encode(await text());
  return compressed ? await gzip(bytes) : bytes;
}

/** As in `node:http`, a header may have several values. */
function headersOf({ headers = {} }: PushOptions): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((value): [string, string] => [name, String(value)])
  );
}
