import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as v from "valibot";
import { settings as schema } from "./settings.ts";
import { targetEndpoint } from "./target_endpoint.ts";

const settings = v.parse(schema, {
  authModules: {
    client: { hosts: ["db1"], username: "exporter", password: "x" },
    tls: { hosts: ["db1"], username: "exporter", tls: { ca: "/etc/ca.pem" } },
    careless: { hosts: ["db1"], username: "exporter", tls: { insecureSkipVerify: true } },
  },
});

function find(authModule: string | undefined, { port, resolve = () => Promise.resolve(["10.0.0.1", "fd00::1"]) }: {
  readonly port?: number;
  readonly resolve?: (host: string, port?: number) => Promise<readonly string[]>;
} = {}) {
  const auth = authModule === undefined ? undefined : settings.authModules[authModule]!;
  const network = { fetch, resolve, lookup: () => () => {} };
  return targetEndpoint({ settings, host: "db1", port, auth, network }, (path) => Promise.resolve(`text of ${path}`));
}

describe("targetEndpoint()", () => {
  const shared = {
    host: "db1",
    port: 3306,
    addresses: ["10.0.0.1", "fd00::1"],
    user: "exporter",
    password: "",
    variables: { lock_wait_timeout: "2" },
  };

  it("targetEndpoint() connects to addresses that were checked, with the account that was asked for", async () => {
    assert.deepEqual(await find("client"), { ...shared, password: "x" });
    assert.deepEqual(await find("tls"), { ...shared, tls: { ca: "text of /etc/ca.pem", verify: true } });
    assert.deepEqual(await find("careless", { port: 3307 }), { ...shared, port: 3307, tls: { verify: false } });
  });

  it("targetEndpoint() has the very port checked that it connects to", async () => {
    const asked: unknown[] = [];
    const resolve = (...where: unknown[]) => Promise.resolve((asked.push(where), ["10.0.0.1"]));
    await find("client", { resolve });
    await find("client", { port: 3307, resolve });
    assert.deepEqual(asked, [["db1", 3306], ["db1", 3307]]);
  });

  it("targetEndpoint() has no account by default", async () => {
    const message =
      "Cannot log in: expected a probe with auth_module, one of those of the settings: client, tls, careless";
    await assert.rejects(find(undefined), { message });
  });
});
