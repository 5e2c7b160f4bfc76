import { Secret } from "@exporterkit/core";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { configuredSources } from "./configured_source.ts";

const none = () => undefined;

async function configuredSource(...args: Parameters<typeof configuredSources>) {
  const [source, ...others] = await configuredSources(...args);
  assert.deepEqual(others, []);
  return source!;
}

describe("configuredSources()", () => {
  it("reads several names, and no comma of one as the end of it", async () => {
    const text =
      "postgresql://a:p,w@one/x,postgres://b@two:5433/y?options=-c%20a=1,b=2, user=c password='p,w' host=three";
    const sources = await configuredSources({ name: new Secret(text) }, none);
    assert.deepEqual(sources.map(({ host, port, user, password }) => [host, port, user, password]), [
      ["one", 5432, "a", "p,w"],
      ["two", 5433, "b", ""],
      ["three", 5432, "c", "p,w"],
    ]);
  });

  it("reads the name of the data source each time anew", async () => {
    const names = ["postgresql://jane:old@db/app", "postgresql://jane:new@db/app"];
    const name = new Secret(() => names.shift()!);
    assert.equal((await configuredSource({ name }, none)).password, "old");
    assert.equal((await configuredSource({ name }, none)).password, "new");
  });

  it("puts a URI, a user and a password together", async () => {
    const settings = {
      uri: new Secret("db:5433/app?sslmode=disable"),
      user: new Secret("jane"),
      pass: new Secret("p@ss/#"),
    };
    const { host, port, database, user, password, sslMode } = await configuredSource(settings, none);
    assert.deepEqual([host, port, database, user, password, sslMode], [
      "db",
      5433,
      "app",
      "jane",
      "p@ss/#",
      "disable",
    ]);
  });

  it("takes the database of the user where none is named", async () => {
    const { database } = await configuredSource({ uri: new Secret("db"), user: new Secret("jane") }, none);
    assert.equal(database, "jane");
  });

  it("takes the name where there is a URI too, as postgres_exporter does", async () => {
    const settings = { name: new Secret("postgresql://one"), uri: new Secret("two"), user: new Secret("jane") };
    const { host, user } = await configuredSource(settings, none);
    assert.deepEqual([host, user], ["one", "postgres"]);
  });

  it("needs nothing but the environment", async () => {
    const { host, user } = await configuredSource({}, (name) => name === "PGHOST" ? "/run/postgresql" : undefined);
    assert.deepEqual([host, user], ["/run/postgresql", "postgres"]);
  });
});
