/** A port of 127.0.0.1 that was free a moment ago, for programs that cannot choose one and say which. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}
