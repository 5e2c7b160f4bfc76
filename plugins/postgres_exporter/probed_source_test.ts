import { Secret } from "@exporterkit/core";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { probedSource } from "./probed_source.ts";

const auth = { hosts: ["db"], userpass: { username: "jane", password: new Secret("secret") }, options: {} };

describe("probedSource()", () => {
  it("logs in as the auth module says, at the target", async () => {
    const options = { sslmode: "disable", dbname: "it's", search_path: "a b" };
    const { host, port, user, password, database, sslMode, parameters } = await probedSource(
      { host: "db", port: 5433 },
      { ...auth, options },
    );
    assert.deepEqual([host, port, user, password], ["db", 5433, "jane", "secret"]);
    assert.deepEqual([database, sslMode, parameters.search_path], ["it's", "disable", "a b"]);
  });

  it("knows no password without an auth module", async () => {
    const { host, port, user, password, database } = await probedSource({ host: "::1" }, undefined);
    assert.deepEqual([host, port, user, password, database], ["::1", 5432, "postgres", "", "postgres"]);
  });

  it("rejects options that would lead elsewhere", async () => {
    await assert.rejects(probedSource({ host: "db" }, { ...auth, options: { host: "other" } }), {
      message: 'Cannot use an auth module with option "host": the target and userpass say that',
    });
  });
});
