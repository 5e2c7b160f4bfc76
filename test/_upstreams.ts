/** Servers that exporters ask, which count who comes. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A server that is asked. */
export interface Upstream extends AsyncDisposable {
  /** Its host and port on 127.0.0.1. */
  readonly host: string;
  /** How many connections there were. */
  connections(): number;
  /** What was asked, as method, path and the header `Authorization`. */
  readonly asked: string[];
}

/** Starts a server on 127.0.0.1 that answers 200 with five bytes, or what it is told. */
export async function startUpstream(
  answer: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => response.end("hello"),
): Promise<Upstream> {
  const asked: string[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    asked.push([request.method, request.url, request.headers.authorization].filter(Boolean).join(" "));
    answer(request, response);
  });
  server.on("connection", () => connections++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An answer that redirects to wherever the query says. */
export function redirectByQuery(request: IncomingMessage, response: ServerResponse): void {
  const location = new URL(request.url!, "http://localhost").searchParams.get("to");
  response.writeHead(302, location === null ? {} : { location }).end();
}
