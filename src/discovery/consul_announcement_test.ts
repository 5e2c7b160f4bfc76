import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { settled, watched } from "./_testing.ts";
import { announceToConsul } from "./consul_announcement.ts";

const QUEUE = { exporter: "my_queue", address: "10.0.0.5:9876", labels: { job: "orders", team: "checkout" } };
const ID = "my_queue-10.0.0.5_9876";
const URL_ = "http://127.0.0.1:8500";

/** An agent that answers with the statuses given, then with 200, and keeps what it was asked. */
function agent(...statuses: (number | Error)[]) {
  const asked: { line: string; headers: Headers; body: unknown }[] = [];
  function fetch(url: URL | RequestInfo, init: RequestInit = {}): Promise<Response> {
    const { pathname, search } = new URL(String(url));
    const body = init.body === undefined ? undefined : JSON.parse(String(init.body));
    asked.push({ line: `${init.method} ${pathname}${search}`, headers: new Headers(init.headers), body });
    const answer = statuses.shift() ?? 200;
    if (answer instanceof Error) return Promise.reject(answer);
    return Promise.resolve(new Response(answer === 200 ? "" : "s3cret is no good", { status: answer }));
  }
  return { asked, lines: () => asked.map(({ line }) => line), fetch };
}

const REGISTER = "PUT /v1/agent/service/register?replace-existing-checks=true";
const PASS = `PUT /v1/agent/check/pass/service:${ID}`;
const DEREGISTER = `PUT /v1/agent/service/deregister/${ID}`;

describe("announceToConsul()", () => {
  it("registers a service with a TTL check, and its labels as metadata", async () => {
    const { asked, fetch } = agent();
    const watch = watched();
    const instance = { ...QUEUE, scheme: "https", metricsPath: "/m", params: { module: "slow" } } as const;
    announceToConsul(instance, { url: `${URL_}/`, fetch, ...watch });
    await settled(watch);
    assert.equal(asked[0]!.headers.get("Content-Type"), "application/json");
    assert.equal(asked[0]!.headers.has("X-Consul-Token"), false);
    assert.deepEqual(asked[0]!.body, {
      ID,
      Name: "my-queue-exporter",
      Tags: ["exporterkit"],
      Address: "10.0.0.5",
      Port: 9876,
      Meta: {
        job: "orders",
        team: "checkout",
        __scheme__: "https",
        __metrics_path__: "/m",
        __param_module: "slow",
      },
      Check: { TTL: "60s", Status: "passing", DeregisterCriticalServiceAfter: "86400s" },
    });
  });

  it("keeps the check alive, and deregisters", async () => {
    const { lines, fetch } = agent();
    const watch = watched();
    const announcement = announceToConsul(QUEUE, { url: URL_, fetch, ...watch });
    await settled(watch);
    await watch.beat();
    await watch.beat();
    await announcement.withdraw();
    assert.deepEqual(lines(), [REGISTER, PASS, PASS, DEREGISTER]);
  });

  it("registers again when the agent knows the check no more", async () => {
    const { lines, fetch } = agent(200, 404);
    const watch = watched();
    announceToConsul(QUEUE, { url: URL_, fetch, ...watch });
    await settled(watch);
    await watch.beat();
    await watch.beat();
    assert.deepEqual(lines(), [REGISTER, PASS, REGISTER, PASS]);
    assert.deepEqual(watch.lines, ["Announced: -"]);
  });

  it("tries again while the agent is away or refuses, and never says the token", async () => {
    const { asked, lines, fetch } = agent(new Error("connection refused"), 403, 200);
    const watch = watched();
    announceToConsul(QUEUE, { url: URL_, fetch, token: () => Promise.resolve("s3cret"), ...watch });
    await settled(watch);
    await watch.beat();
    await watch.beat();
    assert.deepEqual(lines(), [REGISTER, REGISTER, REGISTER]);
    for (const { headers } of asked) assert.equal(headers.get("X-Consul-Token"), "s3cret");
    assert.deepEqual(watch.lines, [
      "Cannot announce, trying again: connection refused",
      `Cannot announce, trying again: ${REGISTER.replace("/", `${URL_}/`)}: status 403: <secret> is no good`,
      "Announced again: -",
    ]);
  });

  it("announces the address of an IPv6 host without brackets", async () => {
    const { asked, fetch } = agent();
    await announceToConsul({ exporter: "queue", address: "[::1]:9" }, { url: URL_, fetch }).withdraw();
    assert.equal((asked[0]!.body as { Address: string }).Address, "::1");
  });

  const wrong: [string, Partial<typeof QUEUE>, string, RegExp][] = [
    ["a URL that is none", {}, "consul:8500", /Cannot announce to "consul:8500": expected a URL/],
    ["credentials in the URL", {}, "http://me:s3cret@consul", /Cannot announce to "...@consul": expected a URL/],
    ["an address without a port", { address: "host" }, URL_, /Cannot announce "host" to Consul: expected host:port/],
    ["a long label", { labels: { job: "x", team: "x".repeat(513) } }, URL_, /Cannot announce label "team" to Consul/],
  ];
  for (const [what, part, url, message] of wrong) {
    it(`refuses ${what}`, () => assert.throws(() => announceToConsul({ ...QUEUE, ...part }, { url }), message));
  }
});
