import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type ProbeSubject, Secret } from "@exporterkit/core";
import * as v from "valibot";
import { settings as schema } from "./settings.ts";
import { ownServer, probedServer, type RedisAuth } from "./where.ts";

const settingsOf = (input: v.InferInput<typeof schema>) => v.parse(schema, input);

describe("ownServer()", () => {
  it("ownServer() logs in with what the settings say, or the address before them", async () => {
    const redis = { addr: "redis://h:1", user: "u", password: "of-settings" };
    const own = ownServer(settingsOf({ redis }));
    assert.deepEqual([own.shown, (await own.locate()).host], ["h:1", "h"]);
    assert.deepEqual(await own.login(), { user: "u", password: "of-settings" });
    const other = ownServer(settingsOf({ redis: { ...redis, addr: "redis://a:of-address@h:1" } }));
    assert.deepEqual(await other.login(), { user: "a", password: "of-address" });
  });

  it("ownServer() logs in nowhere without a password", async () => {
    assert.deepEqual(await ownServer(settingsOf({})).login(), { user: undefined, password: undefined });
  });
});

describe("probedServer()", () => {
  const network = { resolve: () => Promise.resolve(["10.0.0.7"]) } as unknown as ProbeSubject<never, never>["network"];
  function probed(target: string, subject: Partial<ProbeSubject<unknown, RedisAuth>> = {}, password = "own-s3cret") {
    const settings = settingsOf({ redis: { password } });
    return probedServer(settings, {
      target,
      host: "h",
      port: undefined,
      module: undefined,
      auth: undefined,
      parameters: {},
      network,
      ...subject,
    });
  }

  it("probedServer() connects to the address that was checked, by the name that was asked for", async () => {
    assert.deepEqual(await probed("h").locate(), {
      host: "10.0.0.7",
      port: 6379,
      tls: false,
      shown: "h:6379",
      serverName: "h",
    });
    const { port, tls } = await probed("rediss://h:7000", { port: 7000 }).locate();
    assert.deepEqual([port, tls], [7000, true]);
  });

  it("probedServer() never logs in with the password of the exporter's own server", async () => {
    assert.deepEqual(await probed("redis://h:6379").login(), { password: undefined });
  });

  it("probedServer() logs in with what passwords by address have for the target", async () => {
    const passwords = JSON.stringify({ "redis://h:6379": "of-h", "redis://[::1]:6379": "of-1", "other:1": "of-other" });
    for (const target of ["h", "h:6379", "redis://h:6379", "redis://h"]) {
      assert.deepEqual(await probed(target, {}, passwords).login(), { password: "of-h" }, target);
    }
    assert.deepEqual(await probed("[::1]", { host: "::1" }, passwords).login(), { password: "of-1" });
    assert.deepEqual(await probed("h:1", { port: 1 }, passwords).login(), { password: undefined });
  });

  it("probedServer() logs in with its auth module", async () => {
    const auth = { hosts: ["h"], user: "monitor", password: new Secret("of-module") };
    assert.deepEqual(await probed("h", { auth }).login(), { user: "monitor", password: "of-module" });
  });

  it("probedServer() refuses URLs of something else", () => {
    assert.throws(() => probed("http://h"), { name: "TypeError" });
  });
});
