import { afterEach, describe, it, mock } from "node:test";
import assert from "node:assert/strict";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { counter } from "../metrics/counter.ts";
import { gauge } from "../metrics/gauge.ts";
import { Registry } from "../metrics/registry.ts";
import { type Pushable, PushError, PushGroup, type PushGroupOptions } from "./push_group.ts";

interface Sent {
  readonly method: string | undefined;
  readonly url: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** A `fetch` that writes down what it is asked and gives the same answer each time. */
function recorder(answer = () => new Response()): { sent: Sent[]; fetch: typeof fetch } {
  const sent: Sent[] = [];
  return {
    sent,
    async fetch(url, { method, headers, body } = {}) {
      const bytes = new Uint8Array(await new Response(body).arrayBuffer());
      sent.push({ method, url: String(url), headers: new Headers(headers), body: bytes });
      return answer();
    },
  };
}

function registryWithJobs(): Registry {
  const registry = new Registry();
  registry.add(counter("jobs_total", "Jobs done.", ["queue"])).inc({ queue: "mail" });
  return registry;
}

const TEXT = '# HELP jobs_total Jobs done.\n# TYPE jobs_total counter\njobs_total{queue="mail"} 1\n';
const TEXT_TYPE = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";

function textOf({ body }: Sent): string {
  return new TextDecoder().decode(body);
}

describe("PushGroup", () => {
  const methods = [["push", "PUT"], ["add", "POST"]] as const;
  for (const [name, method] of methods) {
    it(`${name}() sends text with ${method}`, async () => {
      const { sent, fetch } = recorder();
      const group = new PushGroup("http://gateway:9091", { job: "mailer", grouping: { instance: "a" }, fetch });
      await group[name](registryWithJobs().snapshots());
      assert.equal(sent.length, 1);
      assert.equal(sent[0]!.method, method);
      assert.equal(sent[0]!.url, "http://gateway:9091/metrics/job/mailer/instance/a");
      assert.equal(sent[0]!.headers.get("content-type"), TEXT_TYPE);
      assert.equal(sent[0]!.headers.get("content-encoding"), null);
      assert.equal(textOf(sent[0]!), TEXT);
    });
  }

  it("delete() sends no body", async () => {
    const { sent, fetch } = recorder(() => new Response(null, { status: 202 }));
    await new PushGroup("http://gateway:9091", { job: "mailer", gzip: true, fetch }).delete();
    assert.equal(sent.length, 1);
    assert.equal(sent[0]!.method, "DELETE");
    assert.equal(sent[0]!.url, "http://gateway:9091/metrics/job/mailer");
    assert.equal(sent[0]!.body.length, 0);
    assert.deepEqual([...sent[0]!.headers.keys()], []);
  });

  it("push() sends protobuf if that is its format", async () => {
    const { sent, fetch } = recorder();
    await new PushGroup("http://gateway", { job: "mailer", format: "protobuf", fetch })
      .push(registryWithJobs().snapshots());
    assert.match(sent[0]!.headers.get("content-type")!, /^application\/vnd\.google\.protobuf; .*encoding=delimited/);
    assert.match(textOf(sent[0]!), /jobs_total.*Jobs done\./s);
  });

  it("push() compresses", async () => {
    const { sent, fetch } = recorder();
    await new PushGroup("http://gateway", { job: "mailer", gzip: true, fetch }).push(registryWithJobs().snapshots());
    assert.equal(sent[0]!.headers.get("content-encoding"), "gzip");
    assert.equal(gunzipSync(sent[0]!.body).toString(), TEXT);
  });

  it("push() gathers a registry with its callbacks", async () => {
    const { sent, fetch } = recorder();
    const registry = new Registry();
    registry.add(gauge("depth", "Depth."), { collect: async (depth) => depth.set(await Promise.resolve(3)) });
    await new PushGroup("http://gateway", { job: "mailer", fetch }).push(registry);
    assert.match(textOf(sent[0]!), /^depth 3$/m);
  });

  const bodies: [what: string, metrics: Pushable, type: string, text: string][] = [
    ["text", { body: "a 1\n" }, TEXT_TYPE, "a 1\n"],
    ["bytes", { body: new TextEncoder().encode("b 2\n"), contentType: "text/plain" }, "text/plain", "b 2\n"],
  ];
  for (const [what, metrics, type, text] of bodies) {
    it(`push() passes on ${what} that somebody else encoded`, async () => {
      const { sent, fetch } = recorder();
      await new PushGroup("http://gateway", { job: "mailer", fetch }).push(metrics);
      assert.equal(sent[0]!.headers.get("content-type"), type);
      assert.equal(textOf(sent[0]!), text);
    });
  }

  const urls: [url: string, address: string][] = [
    ["http://gateway", "http://gateway/metrics/job/a"],
    ["https://gateway/", "https://gateway/metrics/job/a"],
    ["http://gateway:80/base", "http://gateway/base/metrics/job/a"],
    ["http://gateway/base//", "http://gateway/base/metrics/job/a"],
    ["http://[::1]:9091/?tenant=b", "http://[::1]:9091/metrics/job/a?tenant=b"],
  ];
  for (const [url, address] of urls) {
    it(`asks ${address} for a gateway at ${url}`, async () => {
      const { sent, fetch } = recorder();
      await new PushGroup(new URL(url), { job: "a", fetch }).delete();
      assert.equal(sent[0]!.url, address);
    });
  }

  const credentials: [url: string, headers: Record<string, string>, authorization: string][] = [
    ["http://gateway", { Authorization: "Bearer t" }, "Bearer t"],
    ["http://user:secret@gateway", {}, `Basic ${btoa("user:secret")}`],
    ["http://us%3Aer:p%40ss@gateway", {}, `Basic ${btoa("us:er:p@ss")}`],
    ["http://user:%C3%A9@gateway", {}, `Basic ${btoa("user:\u00c3\u00a9")}`],
    ["http://user:100%@gateway", {}, `Basic ${btoa("user:100%")}`],
    ["http://user@gateway", {}, `Basic ${btoa("user:")}`],
    ["http://user:secret@gateway", { authorization: "Bearer t" }, "Bearer t"],
  ];
  for (const [url, headers, authorization] of credentials) {
    it(`sends "${authorization}" to ${url} with ${JSON.stringify(headers)}`, async () => {
      const { sent, fetch } = recorder();
      await new PushGroup(url, { job: "a", headers, fetch }).push(registryWithJobs());
      assert.equal(sent[0]!.headers.get("authorization"), authorization);
      assert.equal(sent[0]!.url, "http://gateway/metrics/job/a");
    });
  }

  it("push() rejects with status and reason when the gateway refuses", async () => {
    const { fetch } = recorder(() => new Response("not consistent\n", { status: 400 }));
    const group = new PushGroup("http://user:secret@gateway/?key=hidden", { job: "a", fetch });
    await assert.rejects(group.push(registryWithJobs()), (error) => {
      assert.ok(error instanceof PushError);
      assert.equal(error.name, "PushError");
      assert.equal(error.message, "Cannot push to http://gateway/metrics/job/a: status 400: not consistent");
      assert.equal(error.status, 400);
      assert.equal(error.body, "not consistent\n");
      return true;
    });
    await assert.rejects(group.delete(), { message: /^Cannot delete http:\/\/gateway\/metrics\/job\/a: status 400: / });
  });

  it("push() shows the beginning of a long reason, and keeps it whole", async () => {
    const page = "x".repeat(5000);
    const { fetch } = recorder(() => new Response(page, { status: 502 }));
    await assert.rejects(new PushGroup("http://gateway", { job: "a", fetch }).push(registryWithJobs()), (error) => {
      assert.ok(error instanceof PushError);
      assert.ok(error.message.endsWith(`status 502: ${"x".repeat(1000)}`));
      assert.equal(error.body, page);
      return true;
    });
  });

  it("push() rejects when its fetch fails, and says why", async () => {
    const cause = new TypeError("fetch failed", { cause: new Error("connection refused") });
    const group = new PushGroup("http://gateway", { job: "a", fetch: () => Promise.reject(cause) });
    await assert.rejects(group.push(registryWithJobs()), (error) => {
      assert.ok(error instanceof PushError);
      assert.equal(error.message, "Cannot push to http://gateway/metrics/job/a: fetch failed: connection refused");
      assert.deepEqual([error.status, error.body, error.cause], [undefined, "", cause]);
      return true;
    });
  });

  for (const label of ["job", "instance"]) {
    it(`push() rejects metrics with the label "${label}" of the group, and sends nothing`, async () => {
      const { sent, fetch } = recorder();
      const registry = new Registry();
      registry.add(gauge("depth", "Depth.", ["queue", label])).set({ queue: "a", [label]: "b" }, 1);
      const snapshots = registry.snapshots();
      const released = snapshots.map((snapshot) => mock.method(snapshot, "release"));
      const group = new PushGroup("http://gateway", { job: "a", grouping: { instance: "b" }, fetch });
      const message = `Cannot push metric "depth": its label "${label}" would be overwritten by the group's`;
      await assert.rejects(group.push(snapshots), { name: "TypeError", message });
      assert.ok(released.every(({ mock }) => mock.callCount() > 0));
      assert.deepEqual(sent, []);
    });
  }

  const mistakes: [url: string, options: PushGroupOptions, error: { name: string; message: string }][] = [
    ["localhost:9091", { job: "a" }, {
      name: "TypeError",
      message: 'Cannot push to "localhost:9091": expected a URL such as "http://127.0.0.1:9091"',
    }],
    ["", { job: "a" }, {
      name: "TypeError",
      message: 'Cannot push to "": expected a URL such as "http://127.0.0.1:9091"',
    }],
    ["http://user:se@cret@gate way", { job: "a" }, {
      name: "TypeError",
      message: 'Cannot push to "...@gate way": expected a URL such as "http://127.0.0.1:9091"',
    }],
    ["http://gateway", { job: "" }, {
      name: "TypeError",
      message: 'Cannot name a group of metrics: job is "", expected a name',
    }],
    ["http://gateway", { job: "a", timeoutMs: 0 }, {
      name: "RangeError",
      message: "Cannot push metrics: timeoutMs is 0, expected more than 0",
    }],
    ["http://gateway", { job: "a", timeoutMs: NaN }, {
      name: "RangeError",
      message: "Cannot push metrics: timeoutMs is NaN, expected more than 0",
    }],
  ];
  for (const [url, options, error] of mistakes) {
    it(`rejects ${JSON.stringify({ url, ...options })} at once`, () => {
      assert.throws(() => new PushGroup(url, options), error);
    });
  }
});

describe("PushGroup over a socket", () => {
  let server: Server | undefined;
  afterEach(async () => {
    const stopped = server;
    server = undefined;
    stopped?.closeAllConnections();
    await new Promise((resolve) => stopped === undefined ? resolve(undefined) : stopped.close(resolve));
  });

  async function serve(listener: RequestListener): Promise<string> {
    const started = createServer(listener);
    server = started;
    await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
  }

  it("push() gives up when the gateway does not answer in time", async () => {
    const url = await serve(() => {});
    await assert.rejects(new PushGroup(url, { job: "a", timeoutMs: 50 }).push(registryWithJobs()), {
      name: "PushError",
      message: `Cannot push to ${url}/metrics/job/a: no answer within 50 ms`,
      status: undefined,
    });
  });

  it("push() gives up when the answer has no end", async () => {
    const url = await serve((_, response) => response.writeHead(400).write("because"));
    await assert.rejects(new PushGroup(url, { job: "a", timeoutMs: 200 }).push(registryWithJobs()), {
      message: `Cannot push to ${url}/metrics/job/a: no answer within 200 ms`,
    });
  });

  it("push() waits as long as it takes if there is no time-out", async () => {
    const url = await serve((_, response) => void setTimeout(() => response.end(), 50));
    await new PushGroup(url, { job: "a", timeoutMs: Infinity }).push(registryWithJobs());
  });

  it("push() rejects with the reason of the signal that gave it up", async () => {
    const controller = new AbortController();
    const url = await serve(() => controller.abort(new Error("shutting down")));
    const { signal } = controller;
    await assert.rejects(new PushGroup(url, { job: "a" }).push(registryWithJobs(), { signal }), {
      name: "Error",
      message: "shutting down",
    });
  });

  it("add() does not follow a redirect, which would make a GET of it", async () => {
    let requests = 0;
    const url = await serve((_, response) => {
      requests++;
      response.writeHead(301, { Location: "/elsewhere" }).end();
    });
    await assert.rejects(new PushGroup(url, { job: "a" }).add(registryWithJobs()), { status: 301 });
    assert.equal(requests, 1);
  });

  it("push() says what it could not reach, and no secret", async () => {
    const url = await serve(() => {});
    const { port } = new URL(url);
    await new Promise((resolve) => server!.close(resolve));
    server = undefined;
    const group = new PushGroup(`http://user:secret@127.0.0.1:${port}`, { job: "a" });
    await assert.rejects(group.push(registryWithJobs()), (error) => {
      assert.ok(error instanceof PushError);
      assert.match(error.message, new RegExp(`^Cannot push to ${url}/metrics/job/a: .*refused`, "i"));
      for (let reason: unknown = error; reason instanceof Error; reason = reason.cause) {
        assert.doesNotMatch(`${reason.message} ${reason.stack}`, /secret|user:/);
      }
      return true;
    });
  });

  it("push() sends its length", async () => {
    const lengths: unknown[] = [];
    const url = await serve((request, response) => {
      lengths.push(request.headers["content-length"]);
      response.end();
    });
    await new PushGroup(url, { job: "a" }).push(registryWithJobs());
    await new PushGroup(url, { job: "a" }).push({ body: "" });
    assert.deepEqual(lengths, [String(TEXT.length), "0"]);
  });
});
