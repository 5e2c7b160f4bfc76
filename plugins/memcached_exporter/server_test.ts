import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Network } from "@exporterkit/core";
import * as v from "valibot";
import { ownServer, probedServer } from "./server.ts";
import { settings as schema } from "./settings.ts";

describe("ownServer()", () => {
  it("is where the settings say, by the name that they give", async () => {
    const server = ownServer(settings({ address: "cache.example:11212", tls: { serverName: "other.example" } }));
    assert.deepEqual([server.name, server.serverName], ["cache.example:11212", "other.example"]);
    assert.deepEqual(await server.locate(), { host: "cache.example", port: 11212 });
  });
});

describe("probedServer()", () => {
  it("connects to the address that was checked, and checks the certificate by the name that was asked for", async () => {
    const server = probed("Cache.example", { host: "cache.example" });
    assert.deepEqual([server.name, server.serverName], ["cache.example:11211", "cache.example"]);
    assert.deepEqual(await server.locate(), { host: "10.0.0.5 for cache.example:11211", port: 11211 });
  });

  it("takes the port of the target, and no address for a name", async () => {
    const server = probed("[fd00::5]:11212", { host: "fd00::5", port: 11212 });
    assert.deepEqual([server.name, server.serverName], ["[fd00::5]:11212", undefined]);
    assert.deepEqual(await server.locate(), { host: "10.0.0.5 for fd00::5:11212", port: 11212 });
  });

  it("does not go where the network does not let it", async () => {
    const network = { resolve: () => Promise.reject(new Error("it is closed")) } as unknown as Network;
    await assert.rejects(Promise.resolve(probed("h", { host: "h", network }).locate()), { message: "it is closed" });
  });

  for (const target of ["http://h:11211", "h/memcached.sock"]) {
    it(`refuses ${target}`, () => {
      assert.throws(() => probed(target, { host: "h" }), {
        name: "TypeError",
        message: `Cannot probe "${target}": expected host:port such as 10.0.0.5:11211`,
      });
    });
  }
});

function probed(target: string, subject: { host: string; port?: number; network?: Network }) {
  const network = { resolve: (host: string, port: number) => Promise.resolve([`10.0.0.5 for ${host}:${port}`]) };
  return probedServer(settings({}), { target, port: undefined, network: network as unknown as Network, ...subject });
}

function settings(memcached: v.InferInput<typeof schema>["memcached"]) {
  return v.parse(schema, { memcached }).memcached;
}
