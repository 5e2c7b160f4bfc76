import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as v from "valibot";
import { findEndpoint } from "./find_endpoint.ts";
import { settings as schema } from "./settings.ts";

const FILES: Readonly<Record<string, string>> = {
  "/home/me/.my.cnf": "[client]\nuser=me\npassword=mine\n",
  "/etc/exporter.cnf": "[client]\nuser=exporter\nhost=db\n",
  "/etc/socket.cnf": "[client]\nuser=exporter\npassword=x\nsocket=/run/mysqld.sock\n",
  "/etc/tls.cnf":
    "[client]\nuser=exporter\npassword=x\nssl-ca=/etc/ca.pem\nssl-cert=/etc/cert.pem\nssl-key=/etc/key.pem\n",
  "/etc/port.cnf": "[client]\nuser=exporter\nport=mysql\n",
  "/etc/missing.cnf": "[client]\nuser=exporter\nssl-ca=/etc/gone.pem\n",
  "/etc/ca.pem": "CA",
  "/etc/cert.pem": "CERT",
  "/etc/key.pem": "KEY",
};

function find(settings: v.InferInput<typeof schema>, files = FILES) {
  const readText = (path: string) => {
    const text = files[path];
    return text === undefined ? Promise.reject(new Error(`ENOENT: ${path}`)) : Promise.resolve(text);
  };
  return findEndpoint(v.parse(schema, settings), { readText, defaultOptionFile: () => "/home/me/.my.cnf" });
}

describe("findEndpoint()", () => {
  const variables = { lock_wait_timeout: "2" };
  const cases: [what: string, settings: v.InferInput<typeof schema>, endpoint: unknown][] = [
    ["a data source name, and nothing else", {
      dataSourceName: "a:b@(db:3307)/?wait_timeout=5",
      mysqld: { username: "other" },
      config: { myCnf: "/gone" },
    }, { host: "db", port: 3307, user: "a", password: "b", variables: { wait_timeout: "5", ...variables } }],
    ["the user's own option file", {}, { host: "localhost", port: 3306, user: "me", password: "mine", variables }],
    ["flags alone", { mysqld: { username: "exporter", address: "[::1]:3307" }, password: "x" }, {
      host: "::1",
      port: 3307,
      user: "exporter",
      password: "x",
      variables,
    }],
    ["an option file before flags", {
      config: { myCnf: "/etc/exporter.cnf" },
      mysqld: { username: "other", address: "other:3307" },
      password: "x",
    }, { host: "db", port: 3307, user: "exporter", password: "x", variables }],
    ["a socket", { config: { myCnf: "/etc/socket.cnf" } }, {
      host: "localhost",
      port: 3306,
      socketPath: "/run/mysqld.sock",
      user: "exporter",
      password: "x",
      variables,
    }],
    ["certificates", { config: { myCnf: "/etc/tls.cnf" } }, {
      host: "localhost",
      port: 3306,
      user: "exporter",
      password: "x",
      tls: { ca: "CA", cert: "CERT", key: "KEY", verify: true },
      variables,
    }],
    ["certificates that nobody verifies, and what else is set for sessions", {
      config: { myCnf: "/etc/tls.cnf" },
      tls: { insecureSkipVerify: true },
      exporter: { lock_wait_timeout: 5, log_slow_filter: true },
    }, {
      host: "localhost",
      port: 3306,
      user: "exporter",
      password: "x",
      tls: { ca: "CA", cert: "CERT", key: "KEY", verify: false },
      variables: { lock_wait_timeout: "5", log_slow_filter: "'tmp_table_on_disk,filesort_on_disk'" },
    }],
  ];
  for (const [what, settings, endpoint] of cases) {
    it(`findEndpoint() knows ${what}`, async () => assert.deepEqual(await find(settings), endpoint));
  }

  const wrong: [what: string, settings: v.InferInput<typeof schema>, message: RegExp][] = [
    ["an option file that is not there", { config: { myCnf: "/gone" } }, /^Cannot read \/gone$/],
    ["a certificate that is not there", { config: { myCnf: "/etc/missing.cnf" } }, /^Cannot read \/etc\/gone.pem$/],
    ["a port that is none", { config: { myCnf: "/etc/port.cnf" } }, /port is "mysql", expected 1 to 65535$/],
  ];
  for (const [what, settings, message] of wrong) {
    it(`findEndpoint() rejects ${what}`, () => assert.rejects(find(settings), { message }));
  }

  it("findEndpoint() says what to give where nothing is given", async () => {
    await assert.rejects(find({}, {}), {
      message: "Cannot tell which server to ask: expected DATA_SOURCE_NAME, --mysqld.username or a user in the group " +
        "[client] of ~/.my.cnf",
    });
  });
});
