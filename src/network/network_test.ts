import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Guard } from "./guard.ts";
import { HostRules } from "./host_rules.ts";
import { createNetwork, type Network } from "./network.ts";
import { type ClientTls, fetchTransport, type OutgoingRequest, type Transport } from "./transport.ts";

interface Sent {
  readonly to: string;
  readonly method: string;
  readonly addresses: readonly string[];
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
  readonly tls: ClientTls | undefined;
}

/** A transport without a wire: answers by path, and remembers what would have been sent. */
function pretending(names: Record<string, readonly string[] | readonly string[][]>, answers: Record<string, Response>) {
  const sent: Sent[] = [];
  const resolved: string[] = [];
  const transport: Transport = {
    resolve(host) {
      const times = resolved.filter((name) => name === host).length;
      resolved.push(host);
      const addresses = names[host];
      if (addresses === undefined) return Promise.reject(new Error(`getaddrinfo ENOTFOUND ${host}`));
      const [first] = addresses;
      return Promise.resolve((typeof first === "string" ? addresses : addresses[times] ?? []) as string[]);
    },
    send({ url, method, headers, body, tls }: OutgoingRequest, addresses) {
      const text = body === undefined ? undefined : new TextDecoder().decode(body);
      sent.push({ to: url.href, method, addresses, headers: Object.fromEntries(headers), body: text, tls });
      return Promise.resolve(answers[url.href] ?? new Response("ok"));
    },
  };
  return { transport, sent, resolved };
}

function networkOf(transport: Transport, { open = [], only }: { open?: string[]; only?: string[] } = {}): Network {
  return createNetwork(
    new Guard({ open: [new HostRules(open)], ...(only === undefined ? {} : { only: new HostRules(only) }) }),
    transport,
  );
}

function redirect(location: string, status = 302): Response {
  return new Response(null, { status, headers: { location } });
}

describe("createNetwork()", () => {
  it("speaks TLS as it is told, also where it is redirected", async () => {
    const { transport, sent } = pretending({ "a.example": ["10.0.0.1"] }, {
      "https://a.example/": redirect("https://a.example:8443/"),
    });
    const tls = { ca: "PEM", serverName: "b.example" };
    await networkOf(transport).fetch("https://a.example/", { tls });
    assert.deepEqual(sent.map(({ to, tls }) => [to, tls]), [
      ["https://a.example/", tls],
      ["https://a.example:8443/", tls],
    ]);
  });

  it("sends to the addresses that were checked, closed ones left out", async () => {
    const { transport, sent } = pretending({ "a.example": ["10.0.0.1", "127.0.0.1", "fd00::1"] }, {});
    const answer = await networkOf(transport).fetch("http://a.example:8080/x?y");
    assert.equal(await answer.text(), "ok");
    assert.deepEqual([answer.url, answer.redirected], ["http://a.example:8080/x?y", false]);
    assert.deepEqual(sent.map(({ to, addresses }) => [to, addresses]), [[
      "http://a.example:8080/x?y",
      ["10.0.0.1", "fd00::1"],
    ]]);
  });

  const refused: readonly [url: string, message: string][] = [
    ["http://evil.example/", "Cannot connect to evil.example:80: its address 127.0.0.1 is closed (loopback)"],
    ["http://127.0.0.1:9/", "Cannot connect to 127.0.0.1:9: it is closed (loopback)"],
    ["http://0x7f.1/", "Cannot connect to 127.0.0.1:80: it is closed (loopback)"],
    ["http://2130706433/", "Cannot connect to 127.0.0.1:80: it is closed (loopback)"],
    ["http://127.0.0.1./", "Cannot connect to 127.0.0.1:80: it is closed (loopback)"],
    ["https://[::ffff:169.254.169.254]/", "Cannot connect to [::ffff:a9fe:a9fe]:443: it is closed (cloud metadata)"],
    [
      "http://metadata.example/",
      "Cannot connect to metadata.example:80: its address 169.254.169.254 is closed (cloud metadata)",
    ],
    ["http://0.0.0.0/", "Cannot connect to 0.0.0.0:80: it is closed (unspecified)"],
  ];
  for (const [url, message] of refused) {
    it(`sends nothing to ${url}`, async () => {
      const { transport, sent } = pretending(
        { "evil.example": ["127.0.0.1", "::1"], "metadata.example": ["169.254.169.254"] },
        {},
      );
      await assert.rejects(networkOf(transport).fetch(url), (error: Error) => {
        assert.equal(error.name, "ForbiddenHostError");
        assert.ok(error.message.startsWith(message), error.message);
        assert.ok(error.message.endsWith("; --probe.allow opens it"), error.message);
        return true;
      });
      assert.deepEqual(sent, []);
    });
  }

  it("sends where somebody opened it", async () => {
    const { transport, sent } = pretending({ localhost: ["127.0.0.1"], other: ["127.0.0.9"] }, {});
    const network = networkOf(transport, { open: ["localhost:80", "127.0.0.9", "::1"] });
    for (const url of ["http://localhost/", "http://other/", "http://127.0.0.9:5/", "http://[::1]/"]) {
      await network.fetch(url);
    }
    assert.deepEqual(sent.map(({ addresses }) => addresses), [["127.0.0.1"], ["127.0.0.9"], ["127.0.0.9"], ["::1"]]);
    await assert.rejects(network.fetch("http://localhost:81/"), { name: "ForbiddenHostError" });
    await assert.rejects(network.fetch("http://127.0.0.1/"), { name: "ForbiddenHostError" });
  });

  it("looks at every host that it is redirected to", async () => {
    for (const location of ["http://127.0.0.1/secret", "http://evil.example/", "//evil.example/", "http://0177.1/"]) {
      const { transport, sent } = pretending({ "a.example": ["10.0.0.1"], "evil.example": ["127.0.0.1"] }, {
        "http://a.example/": redirect(location),
      });
      await assert.rejects(networkOf(transport).fetch("http://a.example/"), { name: "ForbiddenHostError" });
      assert.deepEqual(sent.map(({ to }) => to), ["http://a.example/"]);
    }
  });

  it("gains nothing from a name that resolves differently each time", async () => {
    const rebinding = { "r.example": [["10.0.0.1"], ["127.0.0.1"]] };
    const { transport, sent, resolved } = pretending(rebinding, { "http://r.example/": redirect("/again") });
    await assert.rejects(networkOf(transport).fetch("http://r.example/"), { name: "ForbiddenHostError" });
    assert.deepEqual(sent.map(({ to, addresses }) => [to, addresses]), [["http://r.example/", ["10.0.0.1"]]]);
    assert.deepEqual(resolved, ["r.example", "r.example"]);
  });

  it("asks nobody for the addresses of hosts that credentials are not for", async () => {
    const { transport, sent, resolved } = pretending({ "db.example": ["10.0.0.1"] }, {
      "http://db.example/": redirect("http://evil.example/"),
    });
    const network = networkOf(transport, { only: ["db.example"] });
    const message = "Cannot connect to evil.example:80: the auth module does not list it among its hosts";
    await assert.rejects(network.fetch("http://db.example/"), { name: "ForbiddenHostError", message });
    assert.deepEqual([sent.length, resolved], [1, ["db.example"]]);
  });

  it("refuses URLs with credentials and other schemes, also in redirects", async () => {
    const { transport, sent } = pretending({ "a.example": ["10.0.0.1"] }, {
      "http://a.example/file": redirect("file:///etc/passwd"),
      "http://a.example/user": redirect("http://me:s3cret@a.example/"),
    });
    const network = networkOf(transport);
    await assert.rejects(network.fetch("http://a.example/file"), { name: "TypeError", message: /scheme "file"/ });
    await assert.rejects(network.fetch("http://a.example/user"), (error: Error) => !/s3cret/.test(error.message));
    await assert.rejects(network.fetch("http://me:s3cret@a.example/"), { name: "TypeError" });
    await assert.rejects(network.fetch("data:text/plain,x"), { name: "TypeError" });
    assert.equal(sent.length, 2);
  });

  it("follows redirects as the Fetch standard has it", async () => {
    const cases: readonly [status: number, method: string, then: string, keepsBody: boolean][] = [
      [301, "POST", "GET", false],
      [302, "POST", "GET", false],
      [303, "POST", "GET", false],
      [303, "PUT", "GET", false],
      [303, "HEAD", "HEAD", false],
      [301, "PUT", "PUT", true],
      [307, "POST", "POST", true],
      [308, "POST", "POST", true],
    ];
    for (const [status, method, then, keepsBody] of cases) {
      const { transport, sent } = pretending({ "a.example": ["10.0.0.1"] }, {
        "http://a.example/": redirect("/b", status),
      });
      const body = method === "HEAD" ? {} : { body: "text", headers: { "content-type": "text/x", "x-own": "1" } };
      const answer = await networkOf(transport).fetch("http://a.example/", { method, ...body });
      assert.deepEqual([answer.url, answer.redirected, answer.clone().url], ["http://a.example/b", true, answer.url]);
      const [, second] = sent;
      assert.deepEqual([second!.method, second!.body], [then, keepsBody ? "text" : undefined], `${status} ${method}`);
      assert.equal(second!.headers["content-type"], keepsBody ? "text/x" : undefined);
    }
  });

  it("takes credentials away from requests to another origin", async () => {
    const { transport, sent } = pretending({ "a.example": ["10.0.0.1"], "b.example": ["10.0.0.2"] }, {
      "http://a.example/": redirect("/same"),
      "http://a.example/same": redirect("http://b.example/"),
    });
    const headers = { "authorization": "Bearer t", "x-own": "1" };
    await networkOf(transport).fetch("http://a.example/", { headers });
    assert.deepEqual(sent.map(({ headers }) => [headers.authorization, headers["x-own"]]), [
      ["Bearer t", "1"],
      ["Bearer t", "1"],
      [undefined, "1"],
    ]);
  });

  it("stops at the twentieth redirect, and follows none when told so", async () => {
    const { transport, sent } = pretending({ "a.example": ["10.0.0.1"] }, { "http://a.example/": redirect("/") });
    const network = networkOf(transport);
    await assert.rejects(network.fetch("http://a.example/"), {
      message: "Cannot fetch http://a.example: more than 20 redirects",
    });
    assert.equal(sent.length, 21);
    assert.equal((await network.fetch("http://a.example/", { redirect: "manual" })).status, 302);
    await assert.rejects(network.fetch("http://a.example/", { redirect: "error" }), { message: /it redirects$/ });
  });

  it("stops waiting for a resolver when it is aborted", async () => {
    const transport: Transport = {
      resolve: () => new Promise(() => {}),
      send: () => Promise.reject(new Error("never")),
    };
    const controller = new AbortController();
    const fetching = networkOf(transport).fetch("http://a.example/", { signal: controller.signal });
    const reason = new Error("enough");
    controller.abort(reason);
    await assert.rejects(fetching, reason);
    await assert.rejects(networkOf(transport).fetch("http://a/", { signal: AbortSignal.abort(reason) }), reason);
  });

  it("resolves for others", async () => {
    const { transport } = pretending({ "a.example": ["10.0.0.1", "fd00::1", "::1"], "evil": ["127.0.0.1"] }, {});
    const network = networkOf(transport);
    assert.deepEqual(await network.resolve("A.example.", 5432), ["10.0.0.1", "fd00::1"]);
    assert.deepEqual(await network.resolve("0xa.1"), ["10.0.0.1"]);
    await assert.rejects(network.resolve("evil"), { name: "ForbiddenHostError" });
    await assert.rejects(network.resolve("none"), { message: "getaddrinfo ENOTFOUND none" });
  });

  it("looks up for sockets, all addresses or the first, of the family they want", async () => {
    const { transport } = pretending({ "a.example": ["10.0.0.1", "fd00::1", "::1"], "evil": ["127.0.0.1"] }, {});
    const lookup = networkOf(transport).lookup(80);
    const ask = (host: string, options: Parameters<typeof lookup>[1]) =>
      new Promise((resolve) => lookup(host, options, (...answer) => resolve(answer)));
    assert.deepEqual(await ask("a.example", { all: true }), [
      null,
      [{ address: "10.0.0.1", family: 4 }, { address: "fd00::1", family: 6 }],
    ]);
    assert.deepEqual(await ask("a.example", {}), [null, "10.0.0.1", 4]);
    assert.deepEqual(await ask("a.example", { family: 6 }), [null, "fd00::1", 6]);
    const [error] = await ask("evil", { all: true }) as [Error];
    assert.equal(error.name, "ForbiddenHostError");
  });
});

describe("fetchTransport()", () => {
  it("refuses to speak TLS in a way that fetch cannot be told", async () => {
    const transport = fetchTransport(() => Promise.resolve(new Response("ok")));
    const network = networkOf(transport, { open: ["a.example"] });
    await assert.rejects(network.fetch("https://a.example/", { tls: { verify: false } }), {
      name: "TypeError",
      message: "Cannot fetch https://a.example: this runtime's fetch has no TLS settings",
    });
    assert.equal((await network.fetch("https://a.example/", { tls: {} })).status, 200);
  });

  it("lets a network reach open addresses, and names that somebody opened", async () => {
    const sent: [url: string, redirect: string | undefined][] = [];
    const transport = fetchTransport((input, init) => {
      sent.push([String(input), init?.redirect]);
      return Promise.resolve(new Response("ok"));
    });
    const network = networkOf(transport, { open: ["a.example:443", "localhost"] });
    for (const url of ["https://a.example/", "http://10.0.0.1/", "http://localhost:1/"]) await network.fetch(url);
    assert.deepEqual(sent, [
      ["https://a.example/", "manual"],
      ["http://10.0.0.1/", "manual"],
      ["http://localhost:1/", "manual"],
    ]);
    assert.deepEqual(await network.resolve("a.example", 443), ["a.example"]);
    for (const url of ["http://a.example/", "https://b.example/", "http://127.0.0.1/"]) {
      await assert.rejects(network.fetch(url), { name: "ForbiddenHostError" });
    }
    assert.equal(sent.length, 3);
  });
});
