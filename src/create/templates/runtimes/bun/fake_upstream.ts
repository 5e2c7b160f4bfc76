/** Runs a test against an HTTP server that answers what it is told to. */
export async function withUpstream(
  answer: (headers: Headers) => Response | Promise<Response>,
  test: (url: string) => Promise<void>,
): Promise<void> {
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: ({ headers }) => answer(headers) });
  try {
    await test(`http://127.0.0.1:${server.port}`);
  } finally {
    await server.stop(true);
  }
}
