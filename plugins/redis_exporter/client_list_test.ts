import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fakeRedis, samples, testdata } from "./_testing.ts";
import { clientList, parseClients } from "./client_list.ts";

describe("client_list", () => {
  it("client_list exposes each host, or with ports each connection", async () => {
    const redis = fakeRedis({ "CLIENT LIST": testdata("client_list.txt") });
    const lines = await samples(clientList, redis);
    assert.equal(lines.length, 4);
    assert.doesNotMatch(lines.join("\n"), /port=/);
    const withPorts = await samples(clientList, redis, { exportClientPort: true });
    assert.match(
      withPorts.join("\n"),
      /^redis_connected_clients_details\{name="sentinel-09121e3a-cmd",.*port="40862"\} 1$/m,
    );
  });

  it("client_list is what --export-client-list switches on", () => {
    assert.deepEqual([clientList.enabled, clientList.alias?.flag], [false, "export-client-list"]);
  });
});

describe("parseClients()", () => {
  it("parseClients() tells age and idleness as points in time", () => {
    const [client] = parseClients(
      "id=1 addr=[::1]:5000 name=a age=75 idle=5 flags=N db=2 omem=7 cmd=client|list\n",
      100_900,
    );
    assert.deepEqual(client, {
      name: "a",
      created_at: "25",
      idle_since: "95",
      flags: "N",
      db: "2",
      omem: "7",
      cmd: "client|list",
      host: "::1",
      port: "5000",
    });
  });
});
