/** The Redis exporter asked for other servers than its own, beside the exporter that it replaces. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startServer } from "../_process.ts";
import { readFamilies, shapes, valueOf } from "./_families.ts";
import { fill, needsOriginal, needsRedis, prepareRedis, type Redis, startOriginal } from "./_redis.ts";

const EXPORTER = new URL("../../plugins/redis_exporter/exporter.ts", import.meta.url).pathname;
const UPSTREAM = /^redis_(?!exporter_|scrape_|target_)/;

describe("redis exporter asked for another server", needsRedis(), () => {
  let own: Redis;
  let other: Redis;
  before(async () => {
    own = await prepareRedis(["requirepass own-s3cret"]);
    other = await prepareRedis();
    await Promise.all([own.start(), other.start()]);
    await fill(other);
  });
  after(async () => {
    for (const server of [own, other]) await server?.[Symbol.asyncDispose]();
  });

  const start = (settings: object = {}, args: readonly string[] = []) => startOurs(own, settings, args);

  it("redis exporter says at /probe and /scrape what it says of its own", async () => {
    await using exporter = await start({}, ["--probe.allow=127.0.0.1"]);
    for (const target of [`127.0.0.1:${other.port}`, other.url]) {
      for (const path of ["/probe", "/scrape"]) {
        const { status, text } = await get(`${exporter.url}${path}?target=${encodeURIComponent(target)}`);
        assert.equal(status, 200, text);
        assert.deepEqual([valueOf(text, "probe_success"), valueOf(text, "redis_up")], [1, 1]);
        assert.match(text, new RegExp(`^redis_instance_info\\{.*tcp_port="${other.port}".*\\} 1$`, "m"));
        assert.ok(readFamilies(text, UPSTREAM).size > 112, text);
      }
    }
  });

  it("redis exporter goes nowhere that is closed", async () => {
    await using exporter = await start();
    const closed = await get(`${exporter.url}/probe?target=127.0.0.1:${other.port}`);
    assert.equal(closed.status, 403);
    const socket = await get(`${exporter.url}/probe?target=unix://${own.folder}/redis.sock`);
    assert.equal(socket.status, 400);
  });

  it("redis exporter sends the password of its own server to no other", async () => {
    await using exporter = await start({}, ["--probe.allow=127.0.0.1"]);
    await other.run("acl", "log", "reset");
    await other.run("config", "set", "requirepass", "other-s3cret");
    try {
      const { text } = await get(`${exporter.url}/probe?target=127.0.0.1:${other.port}`);
      assert.deepEqual([valueOf(text, "probe_success"), valueOf(text, "redis_up")], [0, 0]);
      assert.match(text, /^redis_exporter_last_scrape_error\{err="Redis wants a password: NOAUTH .*"\} 1$/m);
      const log = await other.run("-a", "other-s3cret", "--no-auth-warning", "acl", "log");
      assert.doesNotMatch(log, /auth/);

      const modules = { main: { hosts: ["127.0.0.1"], password: "other-s3cret" } };
      await using trusted = await start({ auth_modules: modules }, ["--probe.allow=127.0.0.1"]);
      const answer = await get(`${trusted.url}/probe?target=127.0.0.1:${other.port}&auth_module=main`);
      assert.equal(valueOf(answer.text, "probe_success"), 1, trusted.stderr());
      assert.doesNotMatch(answer.text + trusted.stderr(), /s3cret/);
    } finally {
      await other.run("-a", "other-s3cret", "--no-auth-warning", "config", "set", "requirepass", "");
    }
  });

  it("redis exporter lists the targets of its settings, and probes them", async () => {
    await using exporter = await start({ targets: [other.url] });
    const groups: { targets: string[]; labels: Record<string, string> }[] = await (await fetch(`${exporter.url}/sd`))
      .json();
    const group = groups.find(({ labels }) => labels.__param_target === other.url);
    assert.equal(group?.labels.__metrics_path__, "/probe");
    const { text } = await get(`${exporter.url}/probe?target=${encodeURIComponent(other.url)}`);
    assert.equal(valueOf(text, "probe_success"), 1, exporter.stderr());
  });

  it("redis exporter says of a target that is down what it says of its own", async () => {
    await using down = await prepareRedis();
    await using exporter = await start({}, ["--probe.allow=127.0.0.1"]);
    const { status, text } = await get(`${exporter.url}/scrape?target=${down.url}`);
    assert.equal(status, 200);
    assert.deepEqual([valueOf(text, "probe_success"), valueOf(text, "redis_up")], [0, 0]);
    assert.match(text, /^redis_exporter_last_scrape_error\{err="Cannot reach Redis at .*refused.*"\} 1$/m);
    await down.start();
    const again = await get(`${exporter.url}/scrape?target=${down.url}`);
    assert.equal(valueOf(again.text, "probe_success"), 1);
  });
});

describe("redis exporter asked for another server, beside the original", needsOriginal(), () => {
  it("redis exporter has the families of the original at /scrape", async () => {
    await using redis = await prepareRedis();
    await redis.start();
    await fill(redis);
    await using theirs = await startOriginal(redis.url);
    await using ours = await startOurs(redis, {}, ["--probe.allow=127.0.0.1", "--redis.password="]);
    const [left, right] = await Promise.all([theirs, ours].map(async ({ url }) => {
      const { text } = await get(`${url}/scrape?target=${redis.url}`);
      return readFamilies(text, UPSTREAM);
    }));
    assert.deepEqual(shapes(right!), shapes(left!));
  });

  it("redis exporter exposes the keys that the address of a probe names, as the original does", async () => {
    await using redis = await prepareRedis();
    await redis.start();
    await fill(redis);
    await using theirs = await startOriginal(redis.url, ["-check-keys=db0=list"]);
    await using ours = await startOurs(redis, {}, [
      "--probe.allow=127.0.0.1",
      "--redis.password=",
      "--check-keys=db0=list",
    ]);
    const asked =
      "check-keys=db3=f*&check-single-keys=a,hash&check-streams=s*&check-single-streams=stream&count-keys=db0=*";
    const about = /^redis_(?:key_|keys_count|stream_(?!group_consumer_idle))/;
    for (const query of ["", asked]) {
      const [left, right] = await Promise.all([theirs, ours].map(async ({ url }) => {
        const parameters = query.replace(
          /(?<=&|^)([^=]+)=([^&]*)/g,
          (_, name, list) => `${name}=${encodeURIComponent(list)}`,
        );
        const { text } = await get(`${url}/scrape?target=${redis.url}&${parameters}`);
        return [...readFamilies(text, about)];
      }));
      assert.deepEqual(right, left);
      assert.equal(right?.length, query === "" ? 1 : 12);
    }
  });

  it("redis exporter counts requests without a target as the original does", async () => {
    await using redis = await prepareRedis();
    await redis.start();
    await using theirs = await startOriginal(redis.url);
    await using ours = await startOurs(redis, {}, []);
    for (const { url } of [theirs, ours]) {
      assert.equal((await get(`${url}/scrape`)).status, 400);
      assert.equal(valueOf((await get(`${url}/metrics`)).text, "redis_target_scrape_request_errors_total"), 1);
    }
  });
});

async function startOurs(own: Redis, settings: object, args: readonly string[]) {
  const file = `${own.folder}/settings.json`;
  await Deno.writeTextFile(file, JSON.stringify(settings));
  return await startServer({
    path: Deno.execPath(),
    args: ["run", "-A", EXPORTER, "--web.listen-address=127.0.0.1:0", `--config.file=${file}`, ...args],
    env: { REDIS_ADDR: own.url, REDIS_PASSWORD: "own-s3cret" },
  });
}

async function get(url: string): Promise<{ readonly status: number; readonly text: string }> {
  const answer = await fetch(url);
  return { status: answer.status, text: await answer.text() };
}
