import assert from "node:assert/strict";
import net from "node:net";
import { describe, it } from "node:test";
import { parseDataSource } from "./data_source.ts";
import { Server } from "./server.ts";

/** What takes connections and never says anything. */
async function silentServer() {
  const open = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    open.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => open.delete(socket));
    socket.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo;
  const source = () => Promise.resolve(parseDataSource(`host=127.0.0.1 port=${port} sslmode=disable`));
  return {
    source,
    open,
    async until(count: number) {
      while (open.size !== count) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    async [Symbol.asyncDispose]() {
      open.forEach((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe("Server.query()", () => {
  it("rejects when its signal is aborted, and drops the connection", async () => {
    await using silent = await silentServer();
    const server = new Server({ source: silent.source, maxSessions: 1 });
    const controller = new AbortController();
    const query = server.query("SELECT 1", controller.signal);
    await silent.until(1);
    controller.abort(new Error("too late"));
    await assert.rejects(query, { message: "too late" });
    await silent.until(0);
  });

  it("waits for a session where there may be no more, until its signal is aborted", async () => {
    await using silent = await silentServer();
    const server = new Server({ source: silent.source, maxSessions: 1 });
    const [first, second] = [new AbortController(), new AbortController()];
    const queries = [server.query("SELECT 1", first.signal), server.query("SELECT 2", second.signal)];
    await silent.until(1);
    second.abort(new Error("second"));
    await assert.rejects(queries[1]!, { message: "second" });
    assert.equal(silent.open.size, 1);
    first.abort(new Error("first"));
    await assert.rejects(queries[0]!, { message: "first" });
    await silent.until(0);
  });

  it("says what a data source lacks, and gives the session back", async () => {
    const texts = ["host=db port=none", "host=db port=many"];
    const server = new Server({
      source: () => Promise.resolve(parseDataSource(texts.shift()!)),
      maxSessions: 1,
    });
    for (let tries = 0; tries < 2; tries++) {
      await assert.rejects(server.query("SELECT 1", new AbortController().signal), {
        message: /its port is no number/,
      });
    }
  });
});
