import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type DataSource, parseDataSource, serverLabel } from "./data_source.ts";

const DEFAULTS: DataSource = {
  host: "localhost",
  port: 5432,
  database: "postgres",
  user: "postgres",
  password: "",
  sslMode: "require",
  rootCertFile: undefined,
  certFile: undefined,
  keyFile: undefined,
  parameters: { application_name: "postgres_exporter" },
};

const NAMES: readonly [text: string, source: Partial<DataSource>][] = [
  ["", {}],
  ["postgresql://", {}],
  ["postgres://db", { host: "db" }],
  ["postgresql://jane@db", { host: "db", user: "jane", database: "jane" }],
  [
    "postgresql://jane:p%40ss%2F%23@db:5433/app?sslmode=disable",
    { host: "db", port: 5433, user: "jane", password: "p@ss/#", database: "app", sslMode: "disable" },
  ],
  ["postgresql://[::1]:5433/app", { host: "::1", port: 5433, database: "app" }],
  ["postgresql://%2Frun%2Fpostgresql/app", { host: "/run/postgresql", database: "app" }],
  ["postgresql:///app?host=/run/postgresql&port=5433", { host: "/run/postgresql", port: 5433, database: "app" }],
  [
    "postgresql://db/?sslmode=verify-full&sslrootcert=/ca.pem&sslcert=/c.pem&sslkey=/k.pem",
    { host: "db", sslMode: "verify-full", rootCertFile: "/ca.pem", certFile: "/c.pem", keyFile: "/k.pem" },
  ],
  [
    "postgresql://db?application_name=watch&search_path=public&connect_timeout=10&binary_parameters=yes",
    { host: "db", parameters: { application_name: "watch", search_path: "public" } },
  ],
  ["host=db port=5433 dbname=app user=jane password=secret", {
    host: "db",
    port: 5433,
    database: "app",
    user: "jane",
    password: "secret",
  }],
  [String.raw`user = 'jane doe' password='it\'s\\' host=/run/postgresql`, {
    host: "/run/postgresql",
    user: "jane doe",
    database: "jane doe",
    password: String.raw`it's\ `.trimEnd(),
  }],
  ["database=app\tsslmode=prefer\n", { database: "app", sslMode: "prefer" }],
];

const MISTAKES: readonly [text: string, message: RegExp][] = [
  ["postgresql://jane:pass/word@db", /it is no URL; characters such as # and \/ in a password have to be written/],
  ["db:5432", /at character 1: expected postgresql:\/\//],
  ["host=db password='open", /at character 8: expected postgresql:\/\//],
  ["host=db port=high", /its port is no number from 1 to 65535/],
  ["host=db port=70000", /its port is no number from 1 to 65535/],
  ["host=db sslmode=on", /its sslmode is none of disable, allow, prefer, require, verify-ca, verify-full/],
];

describe("parseDataSource()", () => {
  for (const [text, source] of NAMES) {
    it(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(parseDataSource(text), { ...DEFAULTS, ...source }));
  }

  for (const [text, message] of MISTAKES) {
    it(`refuses ${JSON.stringify(text)} without repeating it`, () => {
      assert.throws(() => parseDataSource(text), (error: Error) => {
        assert.equal(error.name, "SyntaxError");
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /jane|pass\/|open|high|70000/);
        return true;
      });
    });
  }

  it("takes what is left out from the environment, and else the defaults", () => {
    const variables: Record<string, string> = {
      PGHOST: "db",
      PGPORT: "5433",
      PGUSER: "jane",
      PGPASSWORD: "secret",
      PGDATABASE: "app",
      PGSSLMODE: "disable",
      PGSSLROOTCERT: "/ca.pem",
      PGSSLCERT: "",
      PGAPPNAME: "watch",
    };
    const variable = (name: string) => variables[name];
    const fromEnvironment: DataSource = {
      ...DEFAULTS,
      host: "db",
      port: 5433,
      user: "jane",
      password: "secret",
      database: "app",
      sslMode: "disable",
      rootCertFile: "/ca.pem",
      parameters: { application_name: "watch" },
    };
    assert.deepEqual(parseDataSource("", variable), fromEnvironment);
    assert.deepEqual(parseDataSource("postgresql://joe@other/db?sslmode=prefer", variable), {
      ...fromEnvironment,
      host: "other",
      user: "joe",
      database: "db",
      sslMode: "prefer",
    });
  });
});

describe("serverLabel()", () => {
  it("is host and port", () => {
    assert.equal(serverLabel({ host: "db", port: 5432 }), "db:5432");
    assert.equal(serverLabel({ host: "/run/postgresql", port: 5432 }), "/run/postgresql:5432");
    assert.equal(serverLabel({ host: "::1", port: 5432 }), "[::1]:5432");
  });
});
