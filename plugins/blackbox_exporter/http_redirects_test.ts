import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as v from "valibot";
import { httpModule } from "./http_module.ts";
import { followRedirects } from "./http_redirects.ts";
import type { HttpAnswer, HttpRequest, HttpTransport } from "./http_transport.ts";

type Reply = readonly [status: number, headers?: Record<string, string>];

/** Follows what the replies say, one after the other. */
async function follow(replies: readonly Reply[], request: Partial<HttpRequest> = {}, module = {}) {
  const sent: HttpRequest[] = [];
  const counts: number[] = [];
  let closed = 0;
  const transport: HttpTransport = {
    tellsConnections: true,
    phases: [],
    readFile: () => Promise.reject(new Error("no files")),
    send(one) {
      sent.push(one);
      const [status, headers = {}] = replies[sent.length - 1]!;
      return Promise.resolve({ status, headers: new Headers(headers), close: () => closed++ } as unknown as HttpAnswer);
    },
  };
  const session = { module: v.parse(httpModule, module) } as Parameters<HttpTransport["send"]>[1];
  const first: HttpRequest = {
    url: new URL("http://a.example/"),
    address: "192.0.2.1",
    method: "GET",
    headers: new Headers({ authorization: "secret", host: "own.example" }),
    body: "",
    serverName: "own.example",
    ...request,
  };
  const last = await followRedirects(first, { session, transport, redirected: (count) => counts.push(count) });
  return { last, sent, counts, closed };
}

describe("followRedirects()", () => {
  it("asks the same host at the same address, with what is meant for it", async () => {
    const { sent, last, counts, closed } = await follow([[302, { location: "/next?x" }], [200]]);
    assert.equal(last.url.href, "http://a.example/next?x");
    const { address, headers, serverName } = sent[1]!;
    assert.deepEqual([address, headers.get("authorization"), headers.get("host"), serverName], [
      "192.0.2.1",
      "secret",
      "own.example",
      "own.example",
    ]);
    assert.deepEqual([counts, closed], [[1], 1]);
  });

  it("lets the network check another host, and sends it no credentials and no cookies", async () => {
    const { sent } = await follow([
      [302, { "location": "https://b.example/", "set-cookie": "a=1; Path=/" }],
      [302, { "location": "http://a.example/", "set-cookie": "b=2" }],
      [200],
    ]);
    const told = sent.map(({ address, headers, serverName }) => [
      address,
      headers.get("authorization"),
      headers.get("cookie"),
      serverName,
    ]);
    assert.deepEqual(told, [
      ["192.0.2.1", "secret", null, "own.example"],
      [undefined, null, null, "b.example"],
      [undefined, null, "a=1", "a.example"],
    ]);
  });

  const methods: readonly (readonly [status: number, method: string, next: string, body: string])[] = [
    [301, "POST", "GET", ""],
    [302, "PUT", "GET", ""],
    [303, "HEAD", "HEAD", "x"],
    [307, "POST", "POST", "x"],
    [308, "PUT", "PUT", "x"],
  ];
  for (const [status, method, next, body] of methods) {
    it(`asks with ${next} after ${status} to ${method}`, async () => {
      const { sent } = await follow([[status, { location: "/" }], [200]], { method, body: "x" });
      assert.deepEqual([sent[1]!.method, sent[1]!.body], [next, body]);
    });
  }

  it("stays where the module says so, and after ten redirects", async () => {
    const away: Reply = [302, { location: "/" }];
    for (const module of [{ follow_redirects: false }, { no_follow_redirects: true }]) {
      const { last, sent, counts } = await follow([away], {}, module);
      assert.deepEqual([last.status, last.isRefusedRedirect, sent.length, counts], [302, true, 1, [1]]);
    }
    const { last, sent } = await follow(Array.from({ length: 20 }, () => away));
    assert.deepEqual([last.isRefusedRedirect, sent.length], [true, 11]);
  });

  it("takes a redirect that leads nowhere for an answer, and follows none to another scheme", async () => {
    const { last } = await follow([[302]]);
    assert.deepEqual([last.status, last.isRefusedRedirect], [302, false]);
    await assert.rejects(follow([[302, { location: "ftp://a.example/" }]]), {
      message: 'Cannot follow a redirect to a URL of scheme "ftp"',
    });
  });
});
