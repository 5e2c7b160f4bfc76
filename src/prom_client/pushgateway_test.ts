import { after, afterEach, before, beforeEach, describe, it, mock } from "node:test";
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import http, { createServer, type RequestListener } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { gunzipSync, gzipSync } from "node:zlib";
import { Pushgateway as Original, type Registry as OriginalRegistry } from "prom-client";
import { Pushgateway } from "./pushgateway.ts";
import { globalRegistry } from "./registry.ts";

const TEXT = "depth 1\n";
const SOURCE = { metrics: () => Promise.resolve(TEXT) };
const JOB = { jobName: "job" };

/** A server that writes down what it is asked. */
class Recorder {
  readonly #server = createServer((request, response) => this.#record(request, response));
  requests: unknown[] = [];
  answer: RequestListener = (_, response) => response.end("thanks");

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #record(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const bytes: Uint8Array[] = [];
    for await (const chunk of request) bytes.push(chunk);
    const body = Buffer.concat(bytes);
    const { "content-encoding": encoding, "content-type": type, authorization, "x-tenant": tenant } = request.headers;
    this.requests.push({
      method: request.method,
      url: request.url,
      ...{ encoding, type, authorization, tenant },
      body: encoding === "gzip" && body.length > 0 ? gunzipSync(body).toString() : body.toString(),
    });
    this.answer(request, response);
  }
}

const recorder = new Recorder();
before(() => recorder.start());
after(() => recorder.stop());

beforeEach(() => {
  recorder.requests = [];
  recorder.answer = (_, response) => response.end("thanks");
});

afterEach(() => mock.restoreAll());

describe("new Pushgateway()", () => {
  it("has the fields of prom-client's in their order", () => {
    const options = { requireJobName: false, timeout: 5, headers: { a: "b" } };
    const fields = Object.entries(new Pushgateway("http://gateway", options, SOURCE));
    const expected = Object.entries(new Original("http://gateway", options, SOURCE as unknown as OriginalRegistry));
    assert.deepEqual(fields, expected);
    assert.deepEqual(fields.map(([name]) => name), ["registry", "gatewayUrl", "requireJobName", "requestOptions"]);
  });

  it("requires a job and pushes the global registry unless it is told otherwise", () => {
    for (const options of [undefined, null, {}]) {
      const gateway = new Pushgateway("http://gateway", options);
      assert.equal(gateway.registry, globalRegistry());
      assert.deepEqual([gateway.requireJobName, gateway.requestOptions], [true, {}]);
    }
  });

  it("takes the registry in place of the options, as prom-client's successor does", () => {
    const gateway = new Pushgateway("http://gateway", SOURCE);
    assert.equal(gateway.registry, SOURCE);
    assert.deepEqual([gateway.requireJobName, gateway.requestOptions], [true, {}]);
  });
});

describe("Pushgateway without a job", () => {
  for (const method of ["push", "pushAdd", "delete"] as const) {
    it(`${method}() throws at once`, () => {
      const gateway = new Pushgateway("http://gateway", {}, SOURCE);
      assert.throws(() => gateway[method](), { name: "Error", message: "Missing jobName parameter" });
      assert.throws(() => gateway[method]({ jobName: "" }), { message: "Missing jobName parameter" });
    });
  }
});

interface Case {
  readonly title: string;
  readonly base?: string;
  readonly options?: (host: string) => object;
  readonly params?: object;
}

/** What both are asked, and must ask a gateway for in the same words. */
const CASES: Case[] = [
  { title: "a job" },
  { title: "groupings", params: { jobName: "a b/c?d", groupings: { "k/1": "v w", k2: "Προμηθεύς", k3: "" } } },
  { title: "a number and nothing as groupings", params: { jobName: "a", groupings: { k: 7, l: undefined } } },
  { title: "no groupings", params: { jobName: "a", groupings: null } },
  { title: "a path", base: "http://HOST/base/path" },
  { title: "a path that ends in a slash", base: "http://HOST/base/" },
  { title: "only a slash", base: "http://HOST/" },
  { title: "a query and a fragment", base: "http://HOST/base?a=b#c" },
  { title: "credentials", base: "http://us%3Aer:p%40ss@HOST" },
  { title: "the option auth", base: "http://user:pass@HOST", options: () => ({ auth: "other:secret" }) },
  {
    title: "a header Authorization",
    base: "http://u:p@HOST",
    options: () => ({ headers: { authorization: "Bearer t" } }),
  },
  { title: "headers", options: () => ({ headers: { "X-Tenant": ["a", "b"], "Content-Type": "text/plain" } }) },
  { title: "gzip", options: () => ({ headers: { "Content-Encoding": "gzip", "X-Tenant": "a" } }) },
  { title: "no job", options: () => ({ requireJobName: false }), params: {} },
  { title: "no job but groupings", options: () => ({ requireJobName: false }), params: { groupings: { a: "b" } } },
];

/** Options that only `node:http` takes. */
const HTTP_CASES: Case[] = [
  { title: "another host", base: "http://gateway.invalid", options: (host) => ({ ...hostOptions(host) }) },
  { title: "another path", options: () => ({ path: "/elsewhere" }) },
  { title: "a method, which is not taken", options: () => ({ method: "PATCH" }) },
];

function hostOptions(host: string): object {
  const { hostname, port } = new URL(`http://${host}`);
  return { hostname, port };
}

type Pushes = Pick<Pushgateway, "push" | "pushAdd" | "delete">;

async function requestsOf(make: () => Pushes, params: object): Promise<unknown[]> {
  recorder.requests = [];
  for (const method of ["push", "pushAdd", "delete"] as const) {
    // One object each, since prom-client changes the headers that it is given.
    const { body, resp } = await make()[method](params);
    assert.equal(body, "thanks");
    assert.equal((resp as { statusCode?: number }).statusCode, 200);
  }
  return recorder.requests;
}

function describeCases(cases: readonly Case[]): void {
  for (const { title, base = "http://HOST", options = () => ({}), params = JOB } of cases) {
    it(`asks for the same as prom-client with ${title}`, async () => {
      const url = base.replace("HOST", recorder.host);
      const ours = await requestsOf(() => new Pushgateway(url, options(recorder.host), SOURCE), params);
      const registry = SOURCE as unknown as OriginalRegistry;
      const theirs = await requestsOf(() => new Original(url, options(recorder.host), registry) as Pushes, params);
      assert.equal(ours.length, 3);
      assert.deepEqual(ours, theirs);
    });
  }
}

/** What is promised on every runtime, however the request is made. */
function describeAnswers(): void {
  for (const status of [400, 404, 503]) {
    it(`push() rejects with status ${status} and the reason`, async () => {
      recorder.answer = (_, response) => response.writeHead(status).end("not today");
      const gateway = new Pushgateway(`http://${recorder.host}`, {}, SOURCE);
      for (const method of ["push", "pushAdd", "delete"] as const) {
        await assert.rejects(gateway[method](JOB), {
          name: "Error",
          message: `push failed with status ${status}, not today`,
        });
      }
    });
  }

  for (const status of [202, 302]) {
    it(`push() resolves with status ${status}`, async () => {
      recorder.answer = (_, response) => response.writeHead(status, { Location: "/elsewhere" }).end("ok");
      const { resp, body } = await new Pushgateway(`http://${recorder.host}`, {}, SOURCE).push(JOB);
      const { statusCode, headers } = resp as http.IncomingMessage;
      assert.deepEqual([statusCode, headers.location, body], [status, "/elsewhere", "ok"]);
      assert.equal(recorder.requests.length, 1);
    });
  }

  it("push() rejects when the gateway does not answer in time", async () => {
    recorder.answer = () => {};
    const gateway = new Pushgateway(`http://${recorder.host}`, { timeout: 50 }, SOURCE);
    const error = { name: "Error", message: "Pushgateway request timed out" };
    await assert.rejects(gateway.push(JOB), error);
    await assert.rejects(gateway.delete(JOB), error);
  });

  it("push() rejects when the answer has no end", async () => {
    recorder.answer = (_, response) => response.writeHead(200).write("so far");
    const gateway = new Pushgateway(`http://${recorder.host}`, { timeout: 200 }, SOURCE);
    await assert.rejects(gateway.push(JOB), { message: "Pushgateway request timed out" });
  });

  it("push() rejects when the answer breaks off", async () => {
    recorder.answer = (_, response) => {
      response.writeHead(200, { "Content-Length": "100" }).write("so far");
      setTimeout(() => response.destroy(), 20);
    };
    await assert.rejects(new Pushgateway(`http://${recorder.host}`, {}, SOURCE).push(JOB));
  });

  it("push() rejects with the error of the registry", async () => {
    const failing = { metrics: () => Promise.reject(new Error("no metrics today")) };
    const gateway = new Pushgateway(`http://${recorder.host}`, {}, failing);
    await assert.rejects(gateway.push(JOB), { message: "no metrics today" });
    assert.deepEqual(recorder.requests, []);
  });

  it("push() rejects when nobody listens", async () => {
    await assert.rejects(new Pushgateway("http://127.0.0.1:1", {}, SOURCE).push(JOB));
  });

  it("push() rejects without a URL", async () => {
    await assert.rejects(new Pushgateway("gateway", {}, SOURCE).push(JOB));
  });

  it("push() rejects when its signal is aborted", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    recorder.answer = () => controller.abort();
    // On a connection that was used before, Deno repeats a request that is aborted.
    const agent = new http.Agent();
    const gateway = new Pushgateway(`http://${recorder.host}`, { signal, agent, timeout: 5000 }, SOURCE);
    await assert.rejects(gateway.push(JOB), { name: "AbortError" });
  });

  it("delete() leaves the headers as they were given", async () => {
    const headers = { "Content-Encoding": "gzip" };
    const gateway = new Pushgateway(`http://${recorder.host}`, { headers }, SOURCE);
    await gateway.delete(JOB);
    await gateway.push(JOB);
    assert.deepEqual(headers, { "Content-Encoding": "gzip" });
    assert.deepEqual(
      (recorder.requests as { encoding?: string; body: string }[]).map(({ encoding, body }) => {
        return { encoding, body };
      }),
      [{ encoding: undefined, body: "" }, { encoding: "gzip", body: TEXT }],
    );
  });

  it("push() compresses whatever the case of the header", async () => {
    await new Pushgateway(`http://${recorder.host}`, { headers: { "content-encoding": "gzip" } }, SOURCE).push(JOB);
    const [{ encoding, body }] = recorder.requests as [{ encoding?: string; body: string }];
    assert.deepEqual({ encoding, body }, { encoding: "gzip", body: TEXT });
  });
}

describe("Pushgateway by node:http", () => {
  describeCases([...CASES, ...HTTP_CASES]);
  describeAnswers();

  for (const [scheme, module] of Object.entries({ http, https })) {
    it(`push() has called ${scheme}.request when it returns`, () => {
      const request = { on() {}, write() {}, end() {}, destroy() {} };
      const mocked = mock.method(module, "request", () => request as unknown as http.ClientRequest);
      new Pushgateway(`${scheme}://user:pass@[::1]:9091/base`, { timeout: 5, agent: "a" }, SOURCE).push(JOB);
      const [options] = mocked.mock.calls[0]!.arguments as unknown[];
      assert.deepEqual(options, {
        protocol: `${scheme}:`,
        auth: "user:pass",
        host: "[::1]:9091",
        hostname: "::1",
        port: "9091",
        pathname: "/base/metrics/job/job",
        path: "/base/metrics/job/job",
        href: `${scheme}://user:pass@[::1]:9091/base/metrics/job/job`,
        timeout: 5,
        agent: "a",
        method: "PUT",
      });
    });
  }

  for (const headers of [{}, { "Content-Encoding": "gzip" }]) {
    it(`push() writes the body in one piece and at once with the headers ${JSON.stringify(headers)}`, async () => {
      const calls: unknown[] = [];
      const request = { on() {}, write: (...args: unknown[]) => calls.push(args), end: () => calls.push("end") };
      mock.method(http, "request", () => request as unknown as http.ClientRequest);
      new Pushgateway("http://gateway", { headers }, SOURCE).pushAdd(JOB);
      // Far more turns than there are promises to wait for, but none of the event loop.
      for (let turn = 0; turn < 100; turn++) await undefined;
      const body = "Content-Encoding" in headers ? gzipSync(TEXT) : TEXT;
      assert.deepEqual(calls, [[body], "end"]);
    });
  }
});

describe("Pushgateway by fetch", () => {
  const { getBuiltinModule } = process;
  beforeEach(() => {
    // On Deno it cannot be mocked.
    Object.assign(process, { getBuiltinModule: undefined });
    mock.method(http, "request", () => assert.fail("node:http was used"));
  });
  afterEach(() => {
    Object.assign(process, { getBuiltinModule });
  });

  describeAnswers();
});
