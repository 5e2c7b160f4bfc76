import assert from "node:assert/strict";
import { createServer, type Server, type Socket } from "node:net";
import { describe, it } from "node:test";
import { greetingOf } from "./_greeting.ts";

async function said(
  greet: (socket: Socket) => void,
  { tls = false, aborted = false } = {},
): Promise<string | undefined> {
  const server: Server = createServer((socket) => greet(socket.on("error", () => {})));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const controller = new AbortController();
  const saying = greetingOf({ host: "127.0.0.1", port, tls, shown: "" }, controller.signal);
  if (aborted) controller.abort();
  try {
    return await saying;
  } finally {
    server.close();
  }
}

describe("greetingOf()", () => {
  const refusal = "-ERR max number of clients reached\r\n";

  it("greetingOf() gives the error of a server that wants no more clients", async () => {
    assert.equal(await said((socket) => socket.end(refusal)), "ERR max number of clients reached");
  });

  it("greetingOf() gives nothing of a server that waits for commands, is gone, or says something else", async () => {
    assert.equal(await said((socket) => socket.on("close", () => socket.destroy())), undefined);
    assert.equal(await said((socket) => socket.destroy()), undefined);
    assert.equal(await said((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n")), undefined);
  });

  it("greetingOf() does not ask with TLS, nor for somebody who waits no longer", async () => {
    assert.equal(await said((socket) => socket.end(refusal), { tls: true }), undefined);
    assert.equal(await said(() => {}, { aborted: true }), undefined);
  });
});
