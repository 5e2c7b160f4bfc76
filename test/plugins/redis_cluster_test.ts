/** The Redis exporter at a cluster of real servers, beside the exporter that it replaces. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { freePort } from "../_port.ts";
import { startServer } from "../_process.ts";
import { needsOriginal, prepareRedis, type Redis, startOriginal } from "./_redis.ts";
import { scrape } from "./_scrape.ts";

const EXPORTER = new URL("../../plugins/redis_exporter/exporter.ts", import.meta.url).pathname;
const KEYS = ["a", "b", "c", "d", "e", "f"];

describe("redis exporter at a cluster", needsOriginal(), () => {
  let nodes: Redis[] = [];
  before(async () => {
    const lines = () => ["cluster-enabled yes", `cluster-port ${freePort()}`];
    nodes = await Promise.all([0, 1, 2].map(() => prepareRedis(lines())));
    await Promise.all(nodes.map((node) => node.start()));
    const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
    await nodes[0]!.run("--cluster", "create", ...addresses, "--cluster-yes");
    for (const node of nodes) {
      while (!/cluster_state:ok/.test(await node.run("cluster", "info"))) await pause(50);
    }
    for (const [i, key] of KEYS.entries()) await nodes[0]!.run("-c", "set", key, String(i));
    await nodes[0]!.run("-c", "xadd", "stream", "1-1", "f", "v");
  });
  after(async () => {
    for (const node of nodes) await node[Symbol.asyncDispose]();
  });

  it("redis exporter looks for keys where they are, as the original does", async () => {
    const args = ["-is-cluster", `-check-single-keys=${KEYS}`, "-check-single-streams=stream"];
    for (const { url } of nodes) {
      await using theirs = await startOriginal(url, args);
      await using ours = await startOurs(url, args);
      const [left, right] = await Promise.all([theirs, ours].map((exporter) => keysOf(exporter.url)));
      // The original looks for streams on one node only.
      const isKey = (line: string) => line.startsWith("redis_key_");
      assert.deepEqual(right?.filter(isKey), left?.filter(isKey));
      assert.deepEqual(right?.filter((line) => line.startsWith("redis_key_value")), KEYS.map(valueLine));
      assert.ok(right?.includes('redis_stream_length{db="db0",stream="stream"} 1'), String(right));
    }
  });

  it("redis exporter finds and counts keys on all nodes", async () => {
    const patterns = ["--check-keys=[a-f]", "--count-keys=?", "--check-key-groups=^(.)$"];
    await using ours = await startOurs(nodes[1]!.url, ["--is-cluster", ...patterns]);
    const lines = await keysOf(ours.url);
    assert.deepEqual(lines.filter((line) => line.startsWith("redis_key_value")), KEYS.map(valueLine));
    assert.ok(lines.includes('redis_keys_count{db="db0",key="?"} 6'), String(lines));
    assert.ok(lines.includes('redis_number_of_distinct_key_groups{db="db0"} 7'), String(lines));
  });

  it("redis exporter asks one node only unless it is told that there are others", async () => {
    await using ours = await startOurs(nodes[0]!.url, ["--count-keys=?"]);
    assert.doesNotMatch((await keysOf(ours.url)).join("\n"), /redis_keys_count\{.*\} 6/);
    assert.equal((await keysOf(ours.url)).filter((line) => line.startsWith("redis_keys_count")).length, 1);
  });

  it("redis exporter looks for the keys that a probe asks for on all nodes", async () => {
    await using ours = await startOurs(nodes[2]!.url, ["--is-cluster", "--probe.allow=127.0.0.1"]);
    const lines = await keysOf(ours.url, `/scrape?target=${nodes[0]!.url}&check-single-keys=${KEYS}`);
    assert.deepEqual(lines.filter((line) => line.startsWith("redis_key_value")), KEYS.map(valueLine));
  });
});

function valueLine(key: string, i: number): string {
  return `redis_key_value{db="db0",key="${key}"} ${i}`;
}

function startOurs(url: string, args: readonly string[]) {
  const own = ["run", "-A", EXPORTER, "--web.listen-address=127.0.0.1:0", `--redis.addr=${url}`];
  return startServer({ path: Deno.execPath(), args: [...own, ...args], env: {} });
}

async function keysOf(url: string, path?: string): Promise<string[]> {
  const text = await scrape(url, path) ?? "";
  return text.split("\n").filter((line) => /^redis_(key_|keys_count|stream_length|number_of)/.test(line)).sort();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
