/** What the Redis exporter says when Redis is in trouble, and what the exporter that it replaces said then. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { UpstreamFailure } from "@exporterkit/core";
import { startServer } from "../_process.ts";
import { failureOf, readFamilies, valueOf } from "./_families.ts";
import { needsOriginal, needsRedis, prepareRedis, type Redis, startOriginal } from "./_redis.ts";
import { scrape } from "./_scrape.ts";

const EXPORTER = new URL("../../plugins/redis_exporter/exporter.ts", import.meta.url).pathname;
const PASSWORD = "s3cret-one";

interface Trouble {
  readonly what: string;
  begin(redis: Redis): unknown;
  end(redis: Redis): unknown;
  /** What `redis_scrape_upstream_failure` says. */
  readonly reason: UpstreamFailure;
  /** What the log and `redis_exporter_last_scrape_error` say. */
  readonly cause: RegExp;
  /** What the original answers within the same time, and what its label `err` says. */
  readonly original: RegExp;
}

/** The default user's command line for a server that may have changed the password. */
const admin = (redis: Redis, ...command: string[]) =>
  redis.run("--user", "admin", "-a", "admin-s3cret", "--no-auth-warning", ...command);

const TROUBLES: readonly Trouble[] = [
  {
    what: "refuses connections",
    begin: (redis) => redis.stop(),
    end: (redis) => redis.start(),
    reason: "refused",
    cause: /^Cannot reach Redis at 127\.0\.0\.1:\d+: the connection was refused, nothing listens there$/,
    original: /^redis_up 0: dial redis: unknown network redis$/,
  },
  {
    what: "hangs",
    begin: (redis) => redis.hang(),
    end: (redis) => redis.goOn(),
    reason: "timeout",
    cause: /^Redis at 127\.0\.0\.1:\d+ accepts connections, but does not answer: it hangs, or is busy$/,
    original: /^no answer$/,
  },
  {
    what: "takes another password",
    async begin(redis) {
      await admin(redis, "acl", "setuser", "default", "resetpass", ">s3cret-two");
      await admin(redis, "client", "kill", "user", "default");
    },
    end: (redis) => admin(redis, "acl", "setuser", "default", "resetpass", `>${PASSWORD}`),
    reason: "unauthenticated",
    cause: /^Redis refuses the password: WRONGPASS invalid username-password pair or user is disabled\.$/,
    original: /^redis_up 0: dial redis: unknown network redis$/,
  },
  {
    what: "has no room for one more client",
    async begin(redis) {
      const connection = await Deno.connect({ hostname: "127.0.0.1", port: redis.port });
      occupied.set(redis, connection);
      await tell(connection, "AUTH admin admin-s3cret", "CONFIG SET maxclients 1", "CLIENT KILL USER default");
    },
    async end(redis) {
      const connection = occupied.get(redis)!;
      await tell(connection, "CONFIG SET maxclients 100");
      connection.close();
    },
    reason: "error",
    cause: /^Redis at 127\.0\.0\.1:\d+ turns clients away: ERR max number of clients reached$/,
    original: /^redis_up 0: dial redis: unknown network redis$/,
  },
  {
    what: "runs a script that does not end",
    begin(redis) {
      looping.set(redis, admin(redis, "eval", "while true do end", "0").catch(() => ""));
      return new Promise((resolve) => setTimeout(resolve, 300));
    },
    async end(redis) {
      await admin(redis, "script", "kill");
      await looping.get(redis);
    },
    reason: "error",
    cause: /^Redis refuses PING: BUSY Redis is busy running a script\./,
    original: /^redis_up 0: .*BUSY/,
  },
];

/** The client that takes the last place. */
const occupied = new WeakMap<Redis, Deno.Conn>();
const looping = new WeakMap<Redis, Promise<string>>();

/** Sends commands one by one, each when the one before was answered. */
async function tell(connection: Deno.Conn, ...commands: string[]): Promise<void> {
  for (const command of commands) {
    await connection.write(new TextEncoder().encode(`${command}\r\n`));
    await connection.read(new Uint8Array(1000));
  }
}

async function prepare(): Promise<Redis> {
  const redis = await prepareRedis(["aclfile users.acl", "busy-reply-threshold 100"]);
  await Deno.writeTextFile(
    `${redis.folder}/users.acl`,
    `user default on >${PASSWORD} ~* &* +@all\nuser admin on >admin-s3cret ~* &* +@all\n` +
      "user nobody on >nobody-s3cret -@all\n" +
      "user limited on >limited-s3cret ~* &* +@all -config -slowlog|get -latency\n",
  );
  return redis;
}

describe("redis exporter", needsRedis(), () => {
  let redis: Redis;
  beforeEach(async () => {
    redis = await prepare();
  });
  afterEach(() => redis[Symbol.asyncDispose]());

  for (const { what, begin, end, reason, cause } of TROUBLES) {
    it(`redis exporter answers in time while Redis ${what}, says so, and is whole again after that`, async () => {
      await redis.start();
      await using exporter = await startOurs(redis);
      assertWhole(await scrape(exporter.url));

      await begin(redis);
      const failing = await scrape(exporter.url);
      const again = await scrape(exporter.url);
      await end(redis);
      for (const text of [failing, again]) {
        assert.ok(text !== undefined, "there was no answer in time");
        assert.equal(valueOf(text, "redis_up"), 0, text);
        assert.equal(failureOf(text, "redis"), reason);
        assert.deepEqual([...readFamilies(text, /^redis_(connected_clients|commands_total|config_)/).keys()], []);
        assert.match(text, /^redis_scrape_collector_success\{collector="info"\} 0$/m);
        assert.match(text, /^redis_scrape_collector_failures_total\{collector="info",reason="down"\} [12]$/m);
        assert.match(text, /^redis_scrape_collector_success\{collector="self"\} 1$/m);
        assert.match(text, /^process_start_time_seconds /m);
        assert.match(causeOf(text), cause);
      }
      const logged = exporter.stderr().split("\n").filter((line) => line.includes("Upstream not reached"));
      assert.equal(logged.length, 1, exporter.stderr());
      assert.ok(cause.test(causeOf(failing!)) && logged[0]!.includes(causeOf(failing!)), logged[0]);
      assert.doesNotMatch(exporter.stderr() + failing, /s3cret/);

      assertWhole(await scrape(exporter.url));
      assert.match(exporter.stderr(), /Upstream reached again/);
    });
  }

  it("redis exporter starts without Redis, and is whole as soon as it is there", async () => {
    await using exporter = await startOurs(redis);
    assert.equal(valueOf(await scrape(exporter.url) ?? "", "redis_up"), 0);
    await redis.start();
    assertWhole(await scrape(exporter.url));
  });

  it("redis exporter is whole in the first scrape after Redis was restarted, with what that counts anew", async () => {
    await redis.start();
    await using exporter = await startOurs(redis);
    for (let i = 0; i < 3; i++) await scrape(exporter.url);
    const before = valueOf(await scrape(exporter.url) ?? "", "redis_commands_processed_total")!;
    await redis.stop();
    await redis.start();
    const after = await scrape(exporter.url);
    assertWhole(after);
    assert.ok(valueOf(after!, "redis_commands_processed_total")! < before);
  });

  it("redis exporter gives everything but what needs rights that are missing, and says which", async () => {
    await redis.start();
    await using exporter = await startOurs(redis, { REDIS_USER: "limited", REDIS_PASSWORD: "limited-s3cret" });
    const text = await scrape(exporter.url) ?? "";
    assert.equal(valueOf(text, "redis_up"), 1);
    assert.ok(readFamilies(text, /^redis_(connected_clients|commands_total|memory_used_bytes)$/).size === 3);
    for (
      const [collector, command, right] of [
        ["config", "CONFIG GET", "config\\|get"],
        ["slowlog", "SLOWLOG GET", "slowlog\\|get"],
        ["latency", "LATENCY LATEST", "latency\\|latest"],
      ]
    ) {
      assert.match(text, new RegExp(`^redis_scrape_collector_success\\{collector="${collector}"\\} 0$`, "m"));
      const counted = `^redis_scrape_collector_failures_total\\{collector="${collector}",reason="denied"\\} 1$`;
      assert.match(text, new RegExp(counted, "m"));
      const logged =
        `collector=${collector} reason=denied error="Redis does not let user \\\\"limited\\\\" run ${command}: ` +
        `NOPERM .*; grant it with ACL SETUSER limited \\+${right}, or switch this collector off"`;
      assert.match(exporter.stderr(), new RegExp(logged));
    }
    assert.deepEqual(readFamilies(text, /^redis_(config|slowlog|latency_spike)/).size, 0);

    await admin(redis, "acl", "setuser", "limited", "+config|get", "+slowlog|get", "+latency|latest");
    const whole = await scrape(exporter.url);
    assertWhole(whole);
    assert.match(exporter.stderr(), /Collector succeeded again.* collector=config/);
  });

  it("redis exporter needs no other rights than its README says", async () => {
    const readme = await Deno.readTextFile(new URL("README.md", `file://${EXPORTER}`));
    const rights = /^ *ACL SETUSER exporter on >password (.*)$/m.exec(readme)![1]!.split(" ");
    const table = readme.slice(readme.indexOf("## Collectors"), readme.indexOf("## Settings"));
    const further = [...table.matchAll(/(?<=[` ])\+[a-z]+(?:\\\|[a-z]+)?/g)].map(([right]) => right.replace("\\", ""));
    await redis.start();
    await admin(redis, "acl", "setuser", "least", "on", ">least-s3cret", ...rights);
    const env = { REDIS_USER: "least", REDIS_PASSWORD: "least-s3cret" };
    await using exporter = await startOurs(redis, env);
    assertWhole(await scrape(exporter.url));

    await admin(redis, "set", "key", "1");
    await admin(redis, "xadd", "stream", "1-1", "f", "v");
    const args = [
      "-check-keys=*",
      "-check-streams=*",
      "-count-keys=*",
      "-check-key-groups=^(.*)$",
      "-export-client-list",
    ];
    await admin(redis, "acl", "setuser", "least", "~*", ...further.filter((right) => !right.startsWith("+sentinel")));
    await using all = await startOurs(redis, env, args);
    const text = await scrape(all.url);
    assertWhole(text);
    assert.ok(
      readFamilies(text!, /^redis_(key_size|stream_length|keys_count|key_group_count|connected_clients_details)$/)
        .size === 5,
    );
  });

  it("redis exporter tells that a user has no rights at all from being down", async () => {
    await redis.start();
    await using exporter = await startOurs(redis, { REDIS_USER: "nobody", REDIS_PASSWORD: "nobody-s3cret" });
    const text = await scrape(exporter.url) ?? "";
    assert.equal(valueOf(text, "redis_up"), 1);
    assert.match(text, /^redis_scrape_collector_failures_total\{collector="info",reason="denied"\} 1$/m);
    assert.match(
      exporter.stderr(),
      /collector=info reason=denied error="Redis does not let user .*nobody.* run INFO: NOPERM/,
    );
  });

  it("redis exporter says that a password is needed, or that none is", async () => {
    await redis.start();
    await using without = await startOurs(redis, { REDIS_PASSWORD: "" });
    assert.match(causeOf(await scrape(without.url) ?? ""), /^Redis wants a password: NOAUTH .*REDIS_PASSWORD$/);
    await using open = await prepareRedis();
    await open.start();
    await using superfluous = await startOurs(open);
    assert.match(causeOf(await scrape(superfluous.url) ?? ""), /^Redis has no password, but one was given: ERR AUTH /);
  });

  it("redis exporter names each cause of an outage once", async () => {
    await redis.start();
    await using exporter = await startOurs(redis);
    assertWhole(await scrape(exporter.url));
    await redis.hang();
    await scrape(exporter.url);
    redis.goOn();
    await redis.stop();
    await scrape(exporter.url);
    await scrape(exporter.url);
    const logged = exporter.stderr().split("\n").filter((line) => line.includes("Upstream not reached"));
    assert.equal(logged.length, 2, exporter.stderr());
    assert.match(logged[0]!, /does not answer: it hangs/);
    assert.match(logged[1]!, /the connection was refused/);
  });

  it("redis exporter lets one slow collector cost only itself", async () => {
    await redis.start();
    const script = `${redis.folder}/slow.lua`;
    await Deno.writeTextFile(script, "return {'a', 'x'}");
    await using exporter = await startOurs(redis, {}, [`--script=${script}`]);
    const text = await scrape(exporter.url) ?? "";
    assert.match(text, /^redis_scrape_collector_success\{collector="script"\} 0$/m);
    assert.match(
      exporter.stderr(),
      /collector=script reason=error error="The script returned .*x.* expected a number"/,
    );
    assert.equal(valueOf(text, "redis_up"), 1);
    assert.ok(readFamilies(text, /^redis_/).size > 124);
  });
});

describe("the original", needsOriginal(), () => {
  let redis: Redis;
  beforeEach(async () => {
    redis = await prepare();
  });
  afterEach(() => redis[Symbol.asyncDispose]());

  for (const { what, begin, end, original } of TROUBLES) {
    it(`the original says ${original.source} in the same time while Redis ${what}`, async () => {
      await redis.start();
      await using exporter = await startOriginal(redis.url, [`-redis.password=${PASSWORD}`]);
      assert.equal(valueOf(await scrape(exporter.url) ?? "", "redis_up"), 1);
      await begin(redis);
      const failing = await scrape(exporter.url);
      await end(redis);
      const said = failing === undefined
        ? "no answer"
        : `redis_up ${valueOf(failing, "redis_up")}: ${causeOf(failing)}`;
      assert.match(said, original);
    });
  }

  it("the original loses what needs rights that are missing, all but LATENCY without a word", async () => {
    await redis.start();
    const args = ["-redis.user=limited", "-redis.password=limited-s3cret"];
    await using exporter = await startOriginal(redis.url, args);
    const text = await scrape(exporter.url) ?? "";
    assert.equal(valueOf(text, "redis_up"), 1);
    assert.deepEqual([causeOf(text), readFamilies(text, /^redis_config/).size], ["", 0]);
    assert.doesNotMatch(exporter.output(), /config|slowlog/i);
  });
});

function startOurs(redis: Redis, env: Readonly<Record<string, string>> = {}, args: readonly string[] = []) {
  return startServer({
    path: Deno.execPath(),
    args: ["run", "-A", EXPORTER, "--web.listen-address=127.0.0.1:0", ...args],
    env: { REDIS_ADDR: redis.url, REDIS_PASSWORD: PASSWORD, ...env },
  });
}

/** What an exposition says why Redis was not reached. */
function causeOf(text: string): string {
  return /^redis_exporter_last_scrape_error\{err="(.*)"\} [01]$/m.exec(text)?.[1] ?? "nothing";
}

function assertWhole(text: string | undefined): void {
  assert.ok(text !== undefined, "there was no answer in time");
  assert.equal(valueOf(text, "redis_up"), 1, text);
  assert.equal(failureOf(text, "redis"), undefined);
  assert.ok(readFamilies(text, /^redis_(?!exporter_|scrape_)/).size >= 112, text);
  assert.doesNotMatch(text, /^redis_scrape_collector_success\{collector="\w+"\} 0$/m);
}
