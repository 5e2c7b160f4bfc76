import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from "node:net";
import { afterEach, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { Guard } from "../network/guard.ts";
import { HostRules } from "../network/host_rules.ts";
import { createNetwork } from "../network/network.ts";
import { transport } from "./_transport.ts";

/** What a server has seen. */
interface Seen {
  readonly port: number;
  connections: number;
  readonly requests: IncomingMessage[];
}

const servers: (Server | TcpServer)[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    if ("closeAllConnections" in server) server.closeAllConnections();
  }
});

async function listen(host: string, answer: RequestListener, port = 0): Promise<Seen> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  const seen = { port: (server.address() as AddressInfo).port, connections: 0, requests };
  server.on("connection", () => seen.connections++);
  return seen;
}

/** A network whose names resolve to these addresses, in turn, and may lead to 127.0.0.2. */
function networkOf(...answers: string[][]) {
  const guard = new Guard({ open: [new HostRules(["127.0.0.2", "127.0.0.3"])] });
  let times = 0;
  return createNetwork(guard, { ...transport, resolve: () => Promise.resolve(answers[times++] ?? answers.at(-1)!) });
}

describe("transport", () => {
  it("connects to the address that was checked, and keeps Host", async () => {
    const seen = await listen("127.0.0.2", (_, response) => response.writeHead(207, { "x-own": "1" }).end("hello"));
    const answer = await networkOf(["127.0.0.2"]).fetch(`http://no.such.example:${seen.port}/a?b=c`);
    assert.deepEqual([answer.status, answer.statusText, answer.headers.get("x-own")], [207, "Multi-Status", "1"]);
    assert.equal(await answer.text(), "hello");
    const [request] = seen.requests;
    assert.equal(request!.headers.host, `no.such.example:${seen.port}`);
    assert.equal(request!.url, "/a?b=c");
    assert.equal(request!.headers.connection, "close");
  });

  it("opens no connection when a name has become another address in between", async () => {
    const victim = await listen("127.0.0.1", (_, response) => response.end("secret"));
    const open = await listen("127.0.0.2", (_, response) => response.end("hello"), victim.port);
    const network = networkOf(["127.0.0.2"], ["127.0.0.1"]);
    const url = `http://rebinding.example:${victim.port}/`;
    assert.equal(await (await network.fetch(url)).text(), "hello");
    await assert.rejects(network.fetch(url), {
      name: "ForbiddenHostError",
      message: `Cannot connect to rebinding.example:${victim.port}: its address 127.0.0.1 is closed (loopback); ` +
        "--probe.allow opens it",
    });
    assert.deepEqual([victim.connections, open.connections], [0, 1]);
  });

  it("opens no connection to where it is redirected", async () => {
    const victim = await listen("127.0.0.1", (_, response) => response.end("secret"));
    const open = await listen(
      "127.0.0.2",
      ({ url }, response) => response.writeHead(302, { location: decodeURIComponent(url!.slice(2)) }).end(),
    );
    for (const host of ["127.0.0.1", "127.1", "0x7f.0.0.1", "2130706433", "[::ffff:127.0.0.1]"]) {
      const location = encodeURIComponent(`http://${host}:${victim.port}/`);
      await assert.rejects(networkOf(["127.0.0.2"]).fetch(`http://a.example:${open.port}/?${location}`), {
        name: "ForbiddenHostError",
      });
    }
    assert.deepEqual([victim.connections, open.connections], [0, 5]);
  });

  it("says the server name of TLS", async () => {
    const { promise: hello, resolve: hear } = Promise.withResolvers<string>();
    const server = createTcpServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", (bytes) => {
        hear(bytes.toString("latin1"));
        socket.destroy();
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.2", resolve));
    const { port } = server.address() as AddressInfo;
    await assert.rejects(networkOf(["127.0.0.2"]).fetch(`https://no.such.example:${port}/`));
    assert.ok((await hello).includes("no.such.example"));
  });

  it("tries the next address when one does not answer", async () => {
    const seen = await listen("127.0.0.2", (_, response) => response.end("hello"));
    const answer = await networkOf(["127.0.0.3", "127.0.0.2"]).fetch(`http://a.example:${seen.port}/`);
    assert.equal(await answer.text(), "hello");
  });

  it("rejects with what the connection failed by", async () => {
    const seen = await listen("127.0.0.2", (_, response) => response.end());
    await assert.rejects(networkOf(["127.0.0.3"]).fetch(`http://a.example:${seen.port}/`), { code: "ECONNREFUSED" });
  });

  it("sends method, headers and body", async () => {
    const bodies: string[] = [];
    const seen = await listen("127.0.0.2", (request, response) => {
      let body = "";
      request.on("data", (chunk) => body += chunk).on("end", () => response.end(String(bodies.push(body))));
    });
    const headers = { "x-own": "1", "user-agent": "test" };
    const network = networkOf(["127.0.0.2"]);
    await (await network.fetch(`http://a.example:${seen.port}/`, { method: "POST", body: "text", headers })).text();
    await (await network.fetch(`http://a.example:${seen.port}/`)).text();
    assert.deepEqual(bodies, ["text", ""]);
    const [post, get] = seen.requests;
    assert.deepEqual([post!.method, get!.method], ["POST", "GET"]);
    assert.deepEqual([post!.headers["x-own"], post!.headers["user-agent"]], ["1", "test"]);
    assert.deepEqual([post!.headers["content-length"], get!.headers["content-length"]], ["4", undefined]);
    assert.equal(get!.headers["user-agent"], "Exporterkit");
  });

  it("gives bodies that were compressed", async () => {
    const text = "hello ".repeat(10_000);
    const { port } = await listen(
      "127.0.0.2",
      (_, response) => response.setHeader("content-encoding", "gzip").end(gzipSync(text)),
    );
    assert.equal(await (await networkOf(["127.0.0.2"]).fetch(`http://a.example:${port}/`)).text(), text);
  });

  it("gives no body where there is none", async () => {
    const { port } = await listen(
      "127.0.0.2",
      ({ url }, response) => response.writeHead(Number(url!.slice(1)), { "content-encoding": "gzip" }).end(),
    );
    const network = networkOf(["127.0.0.2"]);
    for (const status of [204, 304]) {
      const answer = await network.fetch(`http://a.example:${port}/${status}`);
      assert.deepEqual([answer.status, answer.body], [status, null]);
    }
    const head = await network.fetch(`http://a.example:${port}/200`, { method: "HEAD" });
    assert.deepEqual([head.status, await head.text()], [200, ""]);
  });

  it("rejects while reading a body that the server cuts short", async () => {
    const { port } = await listen("127.0.0.2", (_, response) => {
      response.setHeader("content-length", "100").write("hello", () => response.destroy());
    });
    const answer = await networkOf(["127.0.0.2"]).fetch(`http://a.example:${port}/`);
    await assert.rejects(answer.text());
  });

  it("ends the connection when it is aborted, before and after the headers", async () => {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    let closed = 0;
    const seen = await listen("127.0.0.2", (request, response) => {
      response.on("close", () => ++closed === 2 && end());
      if (request.url === "/body") response.write("hello");
    });
    const network = networkOf(["127.0.0.2"]);
    const reason = new Error("enough");
    const before = new AbortController();
    const fetching = network.fetch(`http://a.example:${seen.port}/`, { signal: before.signal });
    while (seen.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    before.abort(reason);
    await assert.rejects(fetching, reason);
    const after = new AbortController();
    const answer = await network.fetch(`http://a.example:${seen.port}/body`, { signal: after.signal });
    const reading = answer.text();
    after.abort(reason);
    await assert.rejects(reading, reason);
    await ended;
  });

  it("ends the connection when the body is cancelled", async () => {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const { port } = await listen("127.0.0.2", (_, response) => {
      response.on("close", end);
      response.write("hello");
    });
    const answer = await networkOf(["127.0.0.2"]).fetch(`http://a.example:${port}/`);
    await answer.body!.cancel();
    await ended;
  });

  it("reads no more of a body than somebody takes", async () => {
    const sent = { bytes: 0 };
    const { port } = await listen("127.0.0.2", (_, response) => {
      const piece = new Uint8Array(65_536);
      const more = () => {
        while (sent.bytes < 2 ** 28 && response.write(piece)) sent.bytes += piece.length;
      };
      response.on("drain", more).on("error", () => {});
      more();
    });
    const answer = await networkOf(["127.0.0.2"]).fetch(`http://a.example:${port}/`);
    const reader = answer.body!.getReader();
    await reader.read();
    let before = -1;
    // What the sockets hold is sent all the same; after that the server gets no further.
    while (sent.bytes !== before) {
      before = sent.bytes;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.ok(sent.bytes < 2 ** 26, `${sent.bytes} bytes`);
    await reader.cancel();
  });

  it("resolves names as the machine does", async () => {
    assert.ok((await transport.resolve!("localhost")).some((address) => ["127.0.0.1", "::1"].includes(address)));
    await assert.rejects(async () => await transport.resolve!("no.such.invalid"));
  });
});
