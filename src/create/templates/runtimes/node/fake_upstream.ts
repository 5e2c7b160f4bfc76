import { createServer } from "node:http";

/** Runs a test against an HTTP server that answers what it is told to. */
export async function withUpstream(
  answer: (headers: Headers) => Response | Promise<Response>,
  test: (url: string) => Promise<void>,
): Promise<void> {
  const server = createServer(async (request, response) => {
    const { status, headers, body } = await answer(new Headers(request.headers as Record<string, string>));
    response.writeHead(status, Object.fromEntries(headers));
    for await (const chunk of body ?? []) response.write(chunk);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  try {
    if (typeof address !== "object") throw new Error(`Cannot tell the port of ${address}`);
    await test(`http://127.0.0.1:${address?.port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
