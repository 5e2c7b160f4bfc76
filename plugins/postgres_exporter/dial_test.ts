import assert from "node:assert/strict";
import net from "node:net";
import { describe, it } from "node:test";
import { parseDataSource } from "./data_source.ts";
import { dial } from "./dial.ts";

/** A server that answers the request for TLS with these bytes, and closes the connection if there are none. */
async function serverThatSays(bytes: string) {
  const connections = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    connections.add(socket);
    socket.on("error", () => {});
    socket.on("data", () => bytes === "" ? socket.destroy() : socket.write(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo;
  return {
    port,
    async [Symbol.asyncDispose]() {
      connections.forEach((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function dialAt(port: number, options: string, addresses?: readonly string[]) {
  const sockets: net.Socket[] = [];
  const source = parseDataSource(`host=127.0.0.1 port=${port} ${options}`);
  try {
    return await dial(source, { opened: (socket) => sockets.push(socket), ...(addresses && { addresses }) });
  } finally {
    sockets.forEach((socket) => socket.destroy());
  }
}

describe("dial()", () => {
  for (const sslmode of ["allow", "prefer"]) {
    it(`goes on without TLS where the server has none and sslmode is ${sslmode}`, async () => {
      await using server = await serverThatSays("N");
      assert.ok(await dialAt(server.port, `sslmode=${sslmode}`));
    });
  }

  const failures: readonly [says: string, message: RegExp][] = [
    ["N", /^127\.0\.0\.1:\d+ offers no TLS, and sslmode is require; if it needs none, say sslmode=disable$/],
    ["SURPRISE", /^what answers the request for TLS is no PostgreSQL$/],
    ["", /^the server closed the connection$/],
  ];
  for (const [says, message] of failures) {
    it(`rejects where the server answers ${JSON.stringify(says)} although TLS is required`, async () => {
      await using server = await serverThatSays(says);
      await assert.rejects(dialAt(server.port, ""), { message });
    });
  }

  it("takes the next address where nothing listens at the first, and says all where none is left", async () => {
    await using server = await serverThatSays("N");
    assert.ok(await dialAt(server.port, "sslmode=disable", ["127.0.0.2", "127.0.0.1"]));
    await assert.rejects(dialAt(server.port, "sslmode=disable", ["127.0.0.2", "127.0.0.3"]), {
      name: "AggregateError",
      message: /^nothing listens at 127\.0\.0\.1:\d+$/,
    });
  });
});
