/** Runs a test against an HTTP server that answers what it is told to. */
export async function withUpstream(
  answer: (headers: Headers) => Response | Promise<Response>,
  test: (url: string) => Promise<void>,
): Promise<void> {
  const end = Promise.withResolvers<Response>();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    ({ headers }) => Promise.race([answer(headers), end.promise]),
  );
  try {
    await test(`http://127.0.0.1:${server.addr.port}`);
  } finally {
    end.resolve(new Response("ended", { status: 503 }));
    await server.shutdown();
  }
}
