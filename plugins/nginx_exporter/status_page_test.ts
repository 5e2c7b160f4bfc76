import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { describe, it } from "node:test";
import { setImmediate } from "node:timers";
import * as v from "valibot";
import { settings as schema } from "./settings.ts";
import { statusPage } from "./status_page.ts";

const PAGE = "Active connections: 1 \n";
const NEVER = new AbortController().signal;

const HANGING: readonly (readonly [what: string, answer: RequestListener])[] = [
  ["a server that does not answer", () => {}],
  ["a server that stops in the middle of its answer", (_, answer) => void answer.write(PAGE)],
];

describe("statusPage()", () => {
  it("reads the text of a page", async () => {
    await using server = await serve((_, answer) => answer.end(PAGE));
    assert.equal(await page(server.url).read(NEVER), PAGE);
  });

  it("asks for the path and query of the address, and for its host", async () => {
    await using server = await serve(({ url, headers }, answer) => answer.end(`${headers.host} ${url}`));
    assert.equal(await page(`${server.url}/status?plain`).read(NEVER), `${new URL(server.url).host} /status?plain`);
  });

  it("reads a page through a Unix socket", { skip: process.platform === "win32" }, async () => {
    const path = join(tmpdir(), `exporterkit-nginx-${process.pid}.sock`);
    await using _server = await serve(({ url, headers }, answer) => answer.end(`${headers.host} ${url}`), path);
    assert.equal(await page(`unix:${path}:/stub_status`).read(NEVER), "unix /stub_status");
  });

  it("sends user and password as basic authentication, and shows neither", async () => {
    await using server = await serve(({ headers }, answer) => answer.writeHead(401).end(headers.authorization));
    const { host } = new URL(server.url);
    const { name, read } = page(`http://prometheus:p%40ss@${host}/`);
    assert.equal(name, `http://${host}/`);
    await assertFails(
      read(NEVER),
      `Cannot read http://${host}/: it answered 401 Unauthorized, expected 200; give user and password in the ` +
        "address, http://user:password@...",
    );
    await using open = await serve(({ headers }, answer) => answer.end(headers.authorization));
    const text = await page(`http://prometheus:p%40ss@${new URL(open.url).host}/`).read(NEVER);
    assert.equal(text, `Basic ${btoa("prometheus:p@ss")}`);
  });

  it("keeps its connection, and makes a new one where the server has closed it", async () => {
    let requests = 0;
    await using server = await serve((request, answer) => {
      // As a server does that ends while a request is on its way.
      if (++requests === 3) request.socket.destroy();
      else answer.end(`${PAGE}${request.socket.remotePort}`);
    });
    const kept = page(server.url);
    const answers = [await kept.read(NEVER), await kept.read(NEVER), await kept.read(NEVER)];
    assert.equal(answers[0], answers[1]);
    assert.notEqual(answers[1], answers[2]);
    assert.equal(requests, 4);
    kept.close();
  });

  it("follows no redirect", async () => {
    await using server = await serve((_, answer) => answer.writeHead(301, { Location: "https://elsewhere/" }).end());
    await assertFails(
      page(server.url).read(NEVER),
      `Cannot read ${server.url}/: it answered 301 Moved Permanently, expected 200; give the address that it ` +
        "redirects to",
    );
  });

  it("rejects an answer that is too long, also one that never ends", async () => {
    await using server = await serve((_, answer) => {
      const flood = () => answer.write("x".repeat(16_384), (error) => error || setImmediate(flood));
      flood();
    });
    await assertFails(page(server.url).read(NEVER), /it answered more than 65536 bytes, expected/);
  });

  it("names what kept it from connecting", async () => {
    const server = await serve((_, answer) => answer.end());
    await server[Symbol.asyncDispose]();
    await assertFails(page(server.url).read(NEVER), new RegExp(`^Cannot read ${server.url}/: .*ECONNREFUSED`));
    await assertFails(
      page("unix:/nowhere/nginx.sock:/").read(NEVER),
      /^Cannot read unix:\/nowhere\/nginx.sock:\/: .*ENOENT/,
    );
  });

  it("rejects an answer that ends before it is whole", async () => {
    await using server = await serve((_, answer) => {
      answer.writeHead(200, { "Content-Length": "100" });
      answer.write(PAGE, () => answer.destroy());
    });
    await assertFails(page(server.url).read(NEVER), /^Cannot read http:/);
  });

  for (const [what, answer] of HANGING) {
    it(`gives up on ${what} when the scrape does, for its reason`, async () => {
      await using server = await serve(answer);
      const scrape = new AbortController();
      const reading = page(server.url).read(scrape.signal);
      await server.asked;
      const reason = new Error("the scrape is over");
      scrape.abort(reason);
      await assert.rejects(reading, reason);
    });

    it(`gives up on ${what} after the time-out of the settings`, async () => {
      await using server = await serve(answer);
      await assertFails(
        page(server.url, { timeout: "50ms" }).read(NEVER),
        `Cannot read ${server.url}/: no answer within 50 ms`,
      );
    });
  }

  it("names a file of certificates that is not there", async () => {
    await assertFails(
      page("https://127.0.0.1:1/", { sslCaCert: "/nowhere/ca.pem" }).read(NEVER),
      /^Cannot read https:\/\/127.0.0.1:1\/: .*ENOENT.*\/nowhere\/ca\.pem/,
    );
  });
});

describe("settings", () => {
  it("want the client's certificate and key together", () => {
    const { issues } = v.safeParse(schema, { nginx: { sslClientCert: "/cert.pem" } });
    assert.equal(issues?.[0].message, "expected ssl_client_cert and ssl_client_key together, or neither");
  });

  const durations: [text: string, ms: number | undefined][] = [
    ["5s", 5000],
    ["1m30s", 90_000],
    ["1.5h", 5_400_000],
    ["250ms", 250],
    ["", undefined],
    ["5", undefined],
    ["soon", undefined],
  ];
  for (const [text, ms] of durations) {
    it(`read the time-out ${JSON.stringify(text)}`, () => {
      const result = v.safeParse(schema, { nginx: { timeout: text } });
      assert.equal(result.success ? result.output.nginx.timeout : undefined, ms);
    });
  }
});

/** What the log says of an error is its message, and that of its cause. */
async function assertFails(reading: Promise<string>, expected: string | RegExp): Promise<void> {
  const error: Error = await reading.then(() => assert.fail("it was read"), (error) => error);
  const logged = error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
  if (typeof expected === "string") assert.equal(logged, expected);
  else assert.match(logged, expected);
}

function page(scrapeUri: string, rest: { timeout?: string; sslCaCert?: string } = {}) {
  const { nginx } = v.parse(schema, { nginx: { scrapeUri: [scrapeUri], ...rest } });
  return statusPage(nginx.scrapeUri[0]!, nginx);
}

/** A server on loopback that closes every connection when it ends; `asked` resolves at its first request. */
async function serve(listener: RequestListener, socketPath?: string) {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  const server = createServer((request, answer) => {
    listener(request, answer);
    resolve();
  });
  await new Promise<void>((listening) => {
    if (socketPath === undefined) server.listen(0, "127.0.0.1", listening);
    else server.listen(socketPath, listening);
  });
  const { port } = (server.address() ?? {}) as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
