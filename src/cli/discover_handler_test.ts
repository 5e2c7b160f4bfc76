import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Leases } from "../discovery/leases.ts";
import { keptLog, movedClock } from "./_testing.ts";
import { createRegistrationHandler } from "./discover_handler.ts";

function subject(options: { token?: string; save?: () => Promise<void> } = {}) {
  const log = keptLog();
  const clock = movedClock();
  const leases = new Leases({ forgetAfterMs: 86_400_000, clock, log });
  let saves = 0;
  const handler = createRegistrationHandler({
    leases,
    save: options.save ?? (() => Promise.resolve(void saves++)),
    token: () => Promise.resolve(options.token),
    rest: () => Promise.resolve(new Response("the rest", { status: 299 })),
  });
  async function ask(method: string, path: string, body?: unknown, headers: HeadersInit = {}) {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const init = { method, headers, ...(body === undefined ? {} : { body: text }) };
    const answer = await handler(new Request(`http://localhost${path}`, init));
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  }
  return { ask, leases, log, clock, saves: () => saves };
}

const REGISTRATION = { targets: ["10.0.0.5:9876"], labels: { job: "orders" }, ttl: "60s" };

describe("createRegistrationHandler()", () => {
  it("registers, renews and takes back, and saves what has changed", async () => {
    const { ask, leases, saves } = subject();
    assert.equal((await ask("PUT", "/instances/a", REGISTRATION)).status, 204);
    assert.equal(saves(), 1);
    assert.equal((await ask("PUT", "/instances/a", REGISTRATION)).status, 204);
    assert.equal(saves(), 1);
    assert.deepEqual(leases.list().map(({ id, group, ttlMs }) => [id, group, ttlMs]), [
      ["a", { targets: ["10.0.0.5:9876"], labels: { job: "orders" } }, 60_000],
    ]);
    assert.equal((await ask("DELETE", "/instances/a")).status, 204);
    assert.equal(saves(), 2);
    assert.equal((await ask("DELETE", "/instances/a")).status, 204);
    assert.equal(saves(), 2);
    assert.equal(leases.size, 0);
  });

  it("shows what is registered", async () => {
    const { ask, clock } = subject();
    await ask("PUT", "/instances/b", { ...REGISTRATION, ttl: "1m30s" });
    await ask("PUT", "/instances/a", REGISTRATION);
    clock.pass(75_000);
    const shown = JSON.parse((await ask("GET", "/instances")).text);
    for (const one of shown) assert.match(one.renewed, /^\d{4}-.*Z$/);
    assert.deepEqual(shown.map(({ renewed: _, ...rest }: { renewed: string }) => rest), [
      { id: "a", ...REGISTRATION, lapsed: true },
      { id: "b", ...REGISTRATION, ttl: "90s", lapsed: false },
    ]);
  });

  const wrong: [what: string, path: string, body: unknown, status: number, text: RegExp][] = [
    ["no JSON", "/instances/a", "{", 400, /JSON/],
    ["no object", "/instances/a", "null", 400, /Expected an object/],
    ["no targets", "/instances/a", { ttl: "60s" }, 400, /registration: "targets" is missing/],
    ["an unknown key", "/instances/a", { ...REGISTRATION, url: "x" }, 400, /unknown key "url"/],
    ["a label that Prometheus refuses", "/instances/a", { ...REGISTRATION, labels: { "a-b": "" } }, 400, /label name/],
    ["no time to live", "/instances/a", { targets: [] }, 400, /Expected a "ttl" from "1s" to "24h"/],
    ["a number as time to live", "/instances/a", { ...REGISTRATION, ttl: 60 }, 400, /Expected a "ttl"/],
    ["a short time to live", "/instances/a", { ...REGISTRATION, ttl: "10ms" }, 400, /Expected a "ttl"/],
    ["a long time to live", "/instances/a", { ...REGISTRATION, ttl: "25h" }, 400, /Expected a "ttl"/],
    ["no duration", "/instances/a", { ...REGISTRATION, ttl: "soon" }, 400, /Cannot read duration "soon"/],
    ["a name with a slash", "/instances/a%2Fb", REGISTRATION, 400, /Expected at most 253 letters/],
    ["a long name", `/instances/${"a".repeat(254)}`, REGISTRATION, 400, /Expected at most 253 letters/],
    ["a large body", "/instances/a", `"${"x".repeat(70_000)}"`, 413, /at most 65536 bytes/],
  ];
  for (const [what, path, body, status, text] of wrong) {
    it(`refuses ${what}`, async () => {
      const { ask, leases } = subject();
      const answer = await ask("PUT", path, body);
      assert.equal(answer.status, status);
      assert.match(answer.text, text);
      assert.equal(leases.size, 0);
    });
  }

  it("asks who registers for the token, and nobody who reads", async () => {
    const { ask, leases } = subject({ token: "s3cret" });
    for (const header of [undefined, "Bearer", "Bearer ", "Bearer s3cre", "Bearer s3crett", "Basic s3cret", "s3cret"]) {
      const headers: Record<string, string> = header === undefined ? {} : { Authorization: header };
      for (const method of ["PUT", "DELETE"]) {
        const body = method === "PUT" ? REGISTRATION : undefined;
        const answer = await ask(method, "/instances/a", body, headers);
        assert.equal(answer.status, 401);
        assert.equal(answer.headers.get("WWW-Authenticate"), 'Bearer realm="registrations"');
        assert.doesNotMatch(answer.text, /s3cret/);
      }
    }
    assert.equal(leases.size, 0);
    assert.equal((await ask("PUT", "/instances/a", REGISTRATION, { Authorization: "Bearer s3cret" })).status, 204);
    assert.equal((await ask("GET", "/instances")).status, 200);
  });

  it("says that a registration would not outlive a crash, until it is saved", async () => {
    let isFull = true;
    const { ask } = subject({
      save: () => isFull ? Promise.reject(new Error("no space left on device")) : Promise.resolve(),
    });
    for (let i = 0; i < 2; i++) {
      const { status, text } = await ask("PUT", "/instances/a", REGISTRATION);
      assert.equal(status, 500);
      assert.equal(text, "Cannot keep registrations: no space left on device\n");
    }
    isFull = false;
    assert.equal((await ask("PUT", "/instances/a", REGISTRATION)).status, 204);
  });

  it("leaves the rest to others, and knows its methods", async () => {
    const { ask } = subject();
    assert.equal((await ask("GET", "/sd")).status, 299);
    assert.equal((await ask("POST", "/instances")).headers.get("Allow"), "GET, HEAD");
    const { status, headers } = await ask("POST", "/instances/a", {});
    assert.deepEqual([status, headers.get("Allow")], [405, "PUT, DELETE"]);
  });
});
