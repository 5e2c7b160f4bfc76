import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseDataSourceName, splitAddress } from "./data_source_name.ts";

describe("parseDataSourceName()", () => {
  const local = { host: "127.0.0.1", port: 3306, user: "", password: "", variables: {} };
  const cases: [text: string, source: unknown][] = [
    ["user:password@(localhost:3307)/", {
      ...local,
      host: "localhost",
      port: 3307,
      user: "user",
      password: "password",
    }],
    ["user@tcp(db)/shop", { ...local, host: "db", user: "user", database: "shop" }],
    ["user:p@ss:w/rd?x@tcp([::1]:3307)/", { ...local, host: "::1", port: 3307, user: "user", password: "p@ss:w/rd?x" }],
    ["user:pa(ss)@unix(/run/mysqld/mysqld.sock)/", {
      ...local,
      host: "",
      port: 0,
      socketPath: "/run/mysqld/mysqld.sock",
      user: "user",
      password: "pa(ss)",
    }],
    ["/", local],
    ["/a%2Fb", { ...local, database: "a/b" }],
    ["user@/?tls=true", { ...local, user: "user", tls: { verify: true } }],
    ["user@/?tls=skip-verify&timeout=5s", { ...local, user: "user", tls: { verify: false } }],
    ["user@/?tls=preferred", { ...local, user: "user", tls: { verify: false, ifOffered: true } }],
    ["user@/?tls=false&max_statement_time=2&sql_mode=%27ANSI%27", {
      ...local,
      user: "user",
      variables: { max_statement_time: "2", sql_mode: "'ANSI'" },
    }],
  ];
  for (const [text, source] of cases) {
    it(`parseDataSourceName() reads ${text}`, () => assert.deepEqual(parseDataSourceName(text), source));
  }

  const wrong: [text: string, why: string][] = [
    ["user:s3cret@tcp(db:3306)", "it has no /"],
    ["user:s3cret@udp(db:3306)/", "its network is neither tcp nor unix"],
    ["user:s3cret@/?tls=s3cret", "its tls is none of true, false, skip-verify, preferred"],
    ["user:s3cret@/?a%3Bb=1", "the name of a parameter is none"],
  ];
  for (const [text, why] of wrong) {
    it(`parseDataSourceName() rejects ${text}, and shows nothing of it`, () => {
      const message = `Cannot read DATA_SOURCE_NAME: ${why}, expected user:password@tcp(host:port)/`;
      assert.throws(() => parseDataSourceName(text), { name: "SyntaxError", message });
    });
  }
});

describe("splitAddress()", () => {
  it("splitAddress() knows names, addresses and ports", () => {
    assert.deepEqual(splitAddress("db:3307"), ["db", 3307]);
    assert.deepEqual(splitAddress("db"), ["db", 3306]);
    assert.deepEqual(splitAddress(":3307"), ["127.0.0.1", 3307]);
    assert.deepEqual(splitAddress("[fe80::1]:3307"), ["fe80::1", 3307]);
  });

  it("splitAddress() rejects what is neither", () => {
    for (const text of ["", "::1", "db:", "db:mysql", "db:70000", "db:1:2"]) {
      assert.throws(() => splitAddress(text), {
        name: "SyntaxError",
        message: /^Cannot read address ".*": expected host:port/,
      });
    }
  });
});
