import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as v from "valibot";
import { type FakeMemcached, fakeMemcached } from "./_testing.ts";
import { shownAddress } from "./address.ts";
import { MemcachedClient } from "./client.ts";
import { ownServer } from "./server.ts";
import { settings as schema } from "./settings.ts";

const NEVER = new AbortController().signal;

describe("MemcachedClient", () => {
  it("keeps its connection", async () => {
    await using server = await fakeMemcached((command) =>
      command === "version" ? "VERSION 1\n" : "STAT uptime 5\nEND\n"
    );
    const client = clientOf(server);
    for (let i = 0; i < 3; i++) {
      await client.reach(NEVER);
      assert.equal((await client.stats("stats", NEVER)).get("uptime"), "5");
    }
    assert.equal(server.connections(), 1);
    assert.deepEqual(server.commands.slice(0, 3), ["version", "stats", "version"]);
    client.close();
  });

  it("connects anew within the same scrape when memcached was restarted", async () => {
    await using server = await fakeMemcached(() => "VERSION 1\n");
    const client = clientOf(server);
    await client.reach(NEVER);
    server.dropAll();
    await client.reach(NEVER);
    assert.equal(server.connections(), 2);
    client.close();
  });

  it("connects anew when the kept connection breaks while it asks", async () => {
    let asked = 0;
    await using server = await fakeMemcached((_, socket) => {
      if (++asked !== 2) return "VERSION 1\n";
      socket.destroy();
      return undefined;
    });
    const client = clientOf(server);
    await client.reach(NEVER);
    await client.reach(NEVER);
    assert.deepEqual([server.connections(), asked], [2, 3]);
    client.close();
  });

  it("does not ask twice a memcached that refuses", async () => {
    let refuses = false;
    await using server = await fakeMemcached(() => refuses ? "CLIENT_ERROR unauthenticated\n" : "VERSION 1\n");
    const client = clientOf(server);
    await client.reach(NEVER);
    refuses = true;
    await assertFails(client.reach(NEVER), server, 'memcached answered "CLIENT_ERROR unauthenticated"');
    assert.equal(server.connections(), 1);
    client.close();
  });

  it("names the address and the cause", async () => {
    const server = await fakeMemcached(() => undefined);
    await server[Symbol.asyncDispose]();
    const { port } = server.address;
    await assertFails(clientOf(server).reach(NEVER), server, `connect ECONNREFUSED 127.0.0.1:${port}`);
    await assertFails(clientOf(server).stats("stats", NEVER), server, "there is no connection yet");
  });

  it("gives up after the time-out of the settings", async () => {
    await using server = await fakeMemcached(() => undefined);
    const reaching = clientOf(server, { timeout: "50ms" }).reach(NEVER);
    await assertFails(reaching, server, "no answer within 50 ms");
    await assert.rejects(reaching, { reason: "timeout" });
  });

  it("rejects with the reason of the signal, and connects anew after that", async () => {
    let answers = false;
    await using server = await fakeMemcached(() => answers ? "VERSION 1\n" : undefined);
    const client = clientOf(server);
    const controller = new AbortController();
    const reason = new Error("the scrape is over");
    const reaching = client.reach(controller.signal);
    setTimeout(() => controller.abort(reason), 20);
    await assert.rejects(reaching, reason);
    answers = true;
    await client.reach(NEVER);
    client.close();
  });

  it("names a file of certificates that is not there", async () => {
    await using server = await fakeMemcached(() => undefined);
    const client = clientOf(server, { tls: { enable: true, caFile: "/nowhere/ca.pem" } });
    await assertFails(client.reach(NEVER), server, /ENOENT.*\/nowhere\/ca\.pem/);
  });
});

describe("settings", () => {
  it("want the client's certificate and key together", () => {
    const { issues } = v.safeParse(schema, { memcached: { tls: { certFile: "/cert.pem" } } });
    assert.equal(issues?.[0].message, "expected cert_file and key_file together, or neither");
  });

  for (const [text, ms] of [["1s", 1000], ["1m1ms", 60_001], ["1", undefined], ["", undefined]] as const) {
    it(`read the time-out ${JSON.stringify(text)}`, () => {
      const result = v.safeParse(schema, { memcached: { timeout: text } });
      assert.equal(result.success ? result.output.memcached.timeout : undefined, ms);
    });
  }
});

function clientOf(server: FakeMemcached, rest: { timeout?: string; tls?: { enable: boolean; caFile: string } } = {}) {
  const { memcached } = v.parse(schema, { memcached: { address: shownAddress(server.address), ...rest } });
  return new MemcachedClient(memcached, ownServer(memcached));
}

/** What the log says of an error is its message, and that of its cause. */
async function assertFails(asking: Promise<unknown>, server: FakeMemcached, why: string | RegExp): Promise<void> {
  const error: Error = await asking.then(() => assert.fail("it succeeded"), (error) => error);
  const logged = error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
  const said = `Cannot ask memcached at ${shownAddress(server.address)}: `;
  assert.equal(logged.slice(0, said.length), said);
  if (typeof why === "string") assert.equal(logged.slice(said.length), why);
  else assert.match(logged.slice(said.length), why);
}
