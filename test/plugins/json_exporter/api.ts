/** An API that tests stop, start again and let hang. With a second argument, it wants that as a token. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const [port = "0", token] = Deno.args;

const server = createServer((request, response) => {
  if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) {
    response.writeHead(401).end();
    return;
  }
  if (request.url === "/html") {
    response.setHeader("Content-Type", "text/html").end("<html>502 Bad Gateway</html>");
    return;
  }
  response.setHeader("Content-Type", "application/json");
  if (request.url === "/slow") {
    // One byte after the other, so that no time-out between two of them ends it.
    const timer = setInterval(() => response.write(" "), 100);
    response.on("close", () => clearInterval(timer));
    return;
  }
  if (request.url === "/graphql") {
    response.end('{"data": {"a": null}, "errors": [{"message": "a is not for you", "path": ["a"]}]}');
    return;
  }
  response.end('{"a": 1, "list": [{"id": "x", "n": 2}]}');
});
server.listen(Number(port), "127.0.0.1", () => {
  console.log(`Listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
