import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fakeRedis, refused, samples, testdata } from "./_testing.ts";
import { info, parseErrors, parseKeyspace, parseReplication } from "./info.ts";
import { INFO_FAMILIES } from "./info_families.ts";

const infoOf = (file: string, facts: Parameters<typeof fakeRedis>[1] = {}) =>
  samples(info, fakeRedis({ INFO: testdata(file) }, facts));

describe("info", () => {
  it("info exposes the fields of a primary with a replica", async () => {
    const lines = await infoOf("info_primary.txt", { databases: 4 });
    for (const line of ["redis_connected_slaves 1", "redis_loading_dump_file 0", "redis_rdb_last_bgsave_status 1"]) {
      assert.ok(lines.includes(line), line);
    }
    assert.deepEqual(lines.filter((line) => line.startsWith("redis_db_keys{")), [
      'redis_db_keys{db="db0"} 6',
      'redis_db_keys{db="db3"} 2',
      'redis_db_keys{db="db1"} 0',
      'redis_db_keys{db="db2"} 0',
    ]);
    assert.match(lines.join("\n"), /^redis_connected_slave_offset_bytes\{slave_ip="127\.0\.0\.1",slave_port="7703",/m);
    assert.match(lines.join("\n"), /^redis_instance_info\{role="master",redis_version="7\.0\.15",.*\} 1$/m);
    assert.match(lines.join("\n"), /^redis_errors_total\{err="ERR"\} \d+$/m);
    assert.doesNotMatch(lines.join("\n"), /^redis_(slave_info|master_link_up|total_system_memory)/m);
  });

  it("info exposes what a replica says of its primary", async () => {
    const master = '{master_host="127.0.0.1",master_port="7701"}';
    const lines = await infoOf("info_replica.txt");
    assert.ok(lines.includes(`redis_master_link_up${master} 1`));
    assert.ok(lines.includes(`redis_master_sync_in_progress${master} 0`));
    assert.ok(lines.includes('redis_slave_info{master_host="127.0.0.1",master_port="7701",read_only="1"} 1'));
    assert.match(lines.join("\n"), /^redis_slave_repl_offset\{.*\} \d+$/m);
  });

  it("info knows one database of a cluster", async () => {
    const lines = await infoOf("info_cluster.txt", { mode: "cluster" });
    assert.deepEqual(lines.filter((line) => line.startsWith("redis_db_keys{")), ['redis_db_keys{db="db0"} 0']);
    assert.ok(lines.includes("redis_cluster_enabled 1"));
  });

  it("info exposes the machine's memory where that is asked for", async () => {
    const redis = fakeRedis({ INFO: "# Memory\ntotal_system_memory:1024\n" });
    assert.ok(
      (await samples(info, redis, { includeSystemMetrics: true })).includes("redis_total_system_memory_bytes 1024"),
    );
  });

  it("info leaves out what the server does not say", async () => {
    const lines = await samples(info, fakeRedis({ INFO: "# Server\nredis_version:2.8.0\n" }, { databases: 0 }));
    assert.equal(lines.length, 1);
    assert.match(lines[0]!, /^redis_instance_info\{role="",redis_version="2\.8\.0",/);
  });

  it("info fails when INFO may not be run", async () => {
    const answer = refused("NOPERM this user has no permissions to run the 'info' command");
    await assert.rejects(samples(info, fakeRedis({ INFO: answer })), { code: "NOPERM" });
  });
});

describe("parseErrors()", () => {
  it("parseErrors() counts by the first word of the error", () => {
    const section = new Map([["errorstat_ERR", "count=4"], ["errorstat_NOPERM", "count=1"], ["other", "count=1"]]);
    assert.deepEqual([...parseErrors(section)], [["ERR", 4], ["NOPERM", 1]]);
  });
});

describe("parseKeyspace()", () => {
  it("parseKeyspace() reads the time to live in seconds, and passes over what it does not know", () => {
    const section = new Map([["db1", "keys=5,expires=2,avg_ttl=1500,subexpiry=0"], ["db2", "keys=x"], ["x", "keys=1"]]);
    assert.deepEqual(parseKeyspace(section, { mode: "standalone", databases: 0 }), [
      { db: "db1", keys: 5, expiring: 2, averageTtl: 1.5 },
    ]);
  });
});

describe("parseReplication()", () => {
  it("parseReplication() knows replicas of servers that tell no lag", () => {
    const { replicas } = parseReplication(new Map([["slave0", "ip=a,port=1,state=online,offset=7"], ["slave1", "x"]]));
    assert.deepEqual(replicas, [{ labels: { slave_ip: "a", slave_port: "1", slave_state: "online" }, offset: 7 }]);
  });

  it("parseReplication() knows the several primaries of KeyDB", () => {
    const { masters } = parseReplication(
      new Map([
        ["master_host", "a"],
        ["master_port", "1"],
        ["master_link_status", "up"],
        ["master_1_host", "b"],
        ["master_1_port", "2"],
        ["master_1_link_status", "down"],
      ]),
    );
    assert.deepEqual(masters.map(({ labels, linkUp }) => [labels.master_host, linkUp]), [["a", true], ["b", false]]);
  });
});

describe("INFO_FAMILIES", () => {
  it("INFO_FAMILIES name each family once", () => {
    const names = Object.values(INFO_FAMILIES).map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
  });
});
