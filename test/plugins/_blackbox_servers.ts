/**
 * What blackbox_exporter is tested against, as a program for Node: `_blackbox_servers.ts <folder>`, where the folder has the
 * certificates `good`, `expired`, `self` as `.crt` and `.key`. A GET of its first address answers the ports.
 */
import { Buffer } from "node:buffer";
import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import {
  createServer as createHttp,
  type IncomingMessage,
  request as requestHttp,
  type ServerResponse,
} from "node:http";
import {
  createSecureServer as createHttp2s,
  createServer as createHttp2,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Stream,
} from "node:http2";
import { type AddressInfo, connect as connectTcp, createServer as createTcp, type Server, type Socket } from "node:net";
import process from "node:process";
import { createServer as createTls, TLSSocket } from "node:tls";
import { gzipSync } from "node:zlib";
import { decode, encode } from "dns-packet";

const folder = process.argv[2]!;
const pem = (name: string) => ({
  key: readFileSync(`${folder}/${name}.key`),
  cert: readFileSync(`${folder}/${name}.crt`),
});

/** What anybody asked the web servers for: method, path, and the headers that a test looks at. */
const asked: string[] = [];

function answer(request: IncomingMessage | Http2ServerRequest, either: ServerResponse | Http2ServerResponse): void {
  // What is called here, both have.
  const response = either as ServerResponse;
  const { url: path = "", method, headers } = request;
  const host = headers.host ?? headers[":authority"];
  asked.push(
    [method, path, `host=${host}`, `agent=${headers["user-agent"]}`, `auth=${headers.authorization}`].join(" "),
  );
  const reply = (status: number, body: string | Uint8Array, more: Record<string, string | number> = {}) => {
    response.writeHead(status, { "content-length": Buffer.byteLength(body), ...more });
    response.end(method === "HEAD" ? undefined : body);
  };
  const to = (location: string, status = 302) => reply(status, "elsewhere", { location });
  const routes: Record<string, () => void> = {
    "/": () => reply(200, "hello world\n", { "x-version": "1.2.3" }),
    "/missing": () => reply(404, "no such page"),
    "/broken": () => reply(503, "out of order"),
    "/modified": () => reply(200, "old", { "last-modified": "Wed, 21 Oct 2015 07:28:00 GMT" }),
    "/gzip": () => reply(200, gzipSync("hello ".repeat(1000)), { "content-encoding": "gzip" }),
    "/chunked": () => {
      response.writeHead(200);
      response.write("one ");
      setTimeout(() => response.end("two"), 20);
    },
    "/redirect": () => to("/"),
    "/twice": () => to("/redirect", 301),
    "/loop": () => to("/loop"),
    "/metadata": () => to("http://169.254.169.254/latest/meta-data"),
    "/cookie": () =>
      headers.cookie === "seen=yes"
        ? reply(200, "welcome back")
        : reply(302, "", { location: "/cookie", "set-cookie": "seen=yes; Path=/" }),
    "/post": () => {
      let body = "";
      request.on("data", (chunk: Uint8Array) => body += chunk);
      request.on("end", () => reply(method === "POST" ? 200 : 405, `${method} ${body}`));
    },
    "/basic": () => headers.authorization === `Basic ${btoa("me:secret")}` ? reply(200, "in") : reply(401, "out"),
    "/bearer": () => headers.authorization === "Bearer t0ken" ? reply(200, "in") : reply(401, "out"),
    "/token": () =>
      reply(200, JSON.stringify({ access_token: "t0ken", token_type: "bearer" }), {
        "content-type": "application/json",
      }),
    "/host": () => reply(200, `host ${host}`),
    "/slow": () => {},
    "/stall": () => {
      response.writeHead(200, { "content-length": 100 });
      response.write("the beginning");
    },
    "/hangup": () => void (request as IncomingMessage).socket.destroy(),
  };
  (routes[path] ?? routes["/missing"]!)();
}

/** A proxy that wants a password: it answers whole URLs, and opens tunnels. Both are remembered with what was asked. */
function createProxy(): Server {
  const isAllowed = ({ headers }: IncomingMessage) => headers["proxy-authorization"] === `Basic ${btoa("me:secret")}`;
  const proxy = createHttp((request, response) => {
    const { method, url, headers } = request;
    asked.push(`proxy ${method} ${url} host=${headers.host}`);
    if (!isAllowed(request)) return void response.writeHead(407).end();
    const sent = requestHttp(url!, { method, headers: { ...headers, "proxy-authorization": "" } }, (incoming) => {
      response.writeHead(incoming.statusCode!, incoming.headers);
      incoming.pipe(response);
    });
    sent.on("error", () => response.writeHead(502).end());
    sent.end();
  });
  proxy.on("connect", (request: IncomingMessage, socket: Socket) => {
    asked.push(`proxy CONNECT ${request.url}`);
    socket.on("error", () => {});
    if (!isAllowed(request)) return void socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    const [host, port] = request.url!.split(":");
    const to = connectTcp(Number(port), host, () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      socket.pipe(to).pipe(socket);
    });
    to.on("error", () => socket.destroy());
  });
  return proxy;
}

/** Greets, and answers to what mail clients say. */
function converse(socket: Socket): void {
  socket.on("error", () => {});
  socket.write("220 mail.example ESMTP ready\r\n");
  const listen = (raw: Socket) => {
    let text = "";
    raw.on("data", (chunk: Uint8Array) => {
      text += chunk;
      for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
        const line = text.slice(0, end).trim();
        text = text.slice(end + 1);
        if (line.startsWith("EHLO")) raw.write(`250-mail.example greets ${line.slice(5)}\r\n250 STARTTLS\r\n`);
        else if (line === "WHO") raw.write(`250 you are ${socket.remoteAddress}\r\n`);
        else if (line === "QUIT") raw.end("221 bye\r\n");
        else if (line === "STARTTLS") {
          raw.removeAllListeners("data");
          raw.write("220 go ahead\r\n", () => {
            const secured = new TLSSocket(raw, { isServer: true, ...pem("good") });
            secured.on("error", () => {});
            listen(secured);
          });
        }
      }
    });
  };
  listen(socket);
}

/** A zone, as a server with authority for it answers. */
function resolve(message: Uint8Array): Buffer {
  const query = decode(message as Buffer);
  const [{ name, type }] = query.questions!;
  const ttl = 300;
  const records: Record<string, unknown[]> = {
    "A www.example": [{ name, type: "A", ttl, data: "192.0.2.1" }, { name, type: "A", ttl, data: "192.0.2.2" }],
    "AAAA www.example": [{ name, type: "AAAA", ttl, data: "2001:db8::1" }],
    "MX example": [{ name, type: "MX", ttl, data: { preference: 10, exchange: "mail.example" } }],
    "TXT example": [{ name, type: "TXT", ttl, data: ["v=spf1 -all"] }],
    "SRV _http._tcp.example": [{
      name,
      type: "SRV",
      ttl,
      data: { priority: 1, weight: 2, port: 80, target: "www.example" },
    }],
    "SOA example": [{
      name,
      type: "SOA",
      ttl,
      data: {
        mname: "ns.example",
        rname: "root.example",
        serial: 2026112901,
        refresh: 1,
        retry: 2,
        expire: 3,
        minimum: 4,
      },
    }],
  };
  const answers = records[`${type} ${name.toLowerCase()}`];
  return encode({
    type: "response",
    id: query.id,
    // Authority, recursion as it was asked for, and NXDOMAIN for what is not there.
    flags: 0x0400 | (query.flags & 0x0100) | (answers === undefined ? 3 : 0),
    questions: query.questions,
    answers: answers as never ?? [],
    authorities: [{ name: "example", type: "NS", ttl, data: "ns.example" }],
    additionals: [{ name: "ns.example", type: "A", ttl, data: "127.0.0.1" }],
  });
}

function resolveStream(socket: Socket): void {
  socket.on("error", () => {});
  socket.on("data", (chunk: Uint8Array) => {
    const response = resolve(chunk.subarray(2));
    socket.write(Buffer.concat([Buffer.from([response.length >> 8, response.length & 255]), response]));
  });
}

/** `grpc.health.v1.Health/Check`: the service named `sick` does not serve, others than that and the empty one there are not. */
function checkHealth(stream: ServerHttp2Stream): void {
  stream.on("error", () => {});
  const chunks: Uint8Array[] = [];
  stream.on("data", (chunk: Uint8Array) => chunks.push(chunk));
  stream.on("end", () => {
    const service = Buffer.concat(chunks).subarray(7).toString();
    const status = { "": 1, sick: 2 }[service];
    if (status === undefined) {
      stream.respond({ ":status": 200, "content-type": "application/grpc", "grpc-status": "5" }, { endStream: true });
      return;
    }
    stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end(Buffer.from([0, 0, 0, 0, 2, 8, status]));
  });
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)));
}

async function start(): Promise<void> {
  const tls = (name: string) => createHttp2s({ ...pem(name), allowHTTP1: true }, answer);
  const grpc = createHttp2();
  const grpcs = createHttp2s(pem("good"));
  grpc.on("stream", checkHealth);
  grpcs.on("stream", checkHealth);
  const servers: Record<string, Server> = {
    web: createHttp(answer),
    proxy: createProxy(),
    good: tls("good"),
    expired: tls("expired"),
    self: tls("self"),
    mail: createTcp(converse),
    silent: createTcp((socket) => void socket.on("error", () => {})),
    dns: createTcp(resolveStream),
    dot: createTls(pem("good"), resolveStream),
    grpc,
    grpcs,
  };
  const ports: Record<string, number> = {};
  for (const [name, server] of Object.entries(servers)) ports[name] = await listen(server);
  const udp = createSocket("udp4");
  udp.on("message", (message, { port, address }) => udp.send(resolve(message), port, address));
  await new Promise<void>((done) => udp.bind(ports.dns, "127.0.0.1", done));
  const control = createHttp(({ url }, response) => {
    response.end(JSON.stringify(url === "/asked" ? asked.splice(0) : ports));
  });
  console.log(`listening on http://127.0.0.1:${await listen(control)}`);
}

await start();
