/**
 * A `fetch` that tells of every piece of every body as it is read.
 *
 * @param count Told of the bytes before the reader gets them; throwing ends the body with that error, and the connection.
 */
export function countedFetch(fetch: typeof globalThis.fetch, count: (bytes: number) => void): typeof fetch {
  return async (input, init) => counted(await fetch(input, init), count);
}

function counted(response: Response, count: (bytes: number) => void): Response {
  if (response.body === null) return response;
  const { status, statusText, headers, url, redirected, type } = response;
  const copy = new Response(countedBody(response.body, count), { status, statusText, headers });
  return toldFrom(copy, { url, redirected, type });
}

/** What a constructed response cannot be given: where it came from. */
function toldFrom(response: Response, origin: Pick<Response, "url" | "redirected" | "type">): Response {
  const clone = () => toldFrom(Response.prototype.clone.call(response), origin);
  for (const [key, value] of Object.entries({ ...origin, clone })) Object.defineProperty(response, key, { value });
  return response;
}

function countedBody(body: ReadableStream<Uint8Array>, count: (bytes: number) => void): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) return controller.close();
      try {
        count(value.length);
      } catch (error) {
        await reader.cancel(error).catch(() => {});
        throw error;
      }
      controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
}
