/** The Redis exporter with real servers, beside the exporter that it replaces. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startServer } from "../_process.ts";
import { type Family, readFamilies, shapes, valueOf } from "./_families.ts";
import { fill, needsOriginal, needsRedis, prepareRedis, type Redis, startOriginal } from "./_redis.ts";
import { scrape } from "./_scrape.ts";

const EXPORTER = new URL("../../plugins/redis_exporter/exporter.ts", import.meta.url).pathname;

/** What both say about Redis and their scrapes; the others are about themselves. */
const UPSTREAM = /^redis_(?!exporter_(?!last_scrape_|scrapes_|scrape_duration)|scrape_)/;

/** What moves from one scrape to the next. */
const MOVING = new RegExp(
  "^redis_(?:allocator|mem|memory|cpu|db_avg_ttl|commands|latency_percentiles|net|errors|keyspace|total|exporter|io)_|" +
    "^redis_(?:connected_clients|connections_received|client_recent|uptime|start_time|last_key_groups|slowlog_l)|" +
    "^redis_(?:last_slow_execution|stream_group_consumer_idle|connected_slave_|master_last_io|master_repl|slave_repl)|" +
    "^redis_(?:repl_backlog|unexpected|clients_in_timeout|replication_backlog)",
);

/** Everything that is off by default. */
const ALL = [
  "-check-keys=db0=*,db3=f*",
  "-check-single-keys=a,db0=nope,db0=list",
  "-check-streams=db0=s*",
  "-count-keys=db0=*,db3=set:*",
  "-check-key-groups=^(.*)$,^.*:(.*)$",
  "-include-config-metrics",
  "-include-system-metrics",
  "-ping-on-connect",
];

describe("redis exporter beside the original", needsOriginal(), () => {
  let primary: Redis;
  let replica: Redis;
  let node: Redis;
  let sentinel: Redis;
  before(async () => {
    primary = await prepareRedis();
    await primary.start();
    await fill(primary);
    replica = await prepareRedis([`replicaof 127.0.0.1 ${primary.port}`]);
    node = await prepareRedis(["cluster-enabled yes"]);
    sentinel = await prepareRedis([`sentinel monitor primary 127.0.0.1 ${primary.port} 1`], { sentinel: true });
    await Promise.all([replica.start(), node.start(), sentinel.start()]);
    await node.run("cluster", "addslotsrange", "0", "16383");
    for (const until of [() => replica.run("info", "replication"), () => sentinel.run("info", "sentinel")]) {
      while (!/master_link_status:up|status=ok/.test(await until())) await pause(100);
    }
  });
  after(async () => {
    for (const server of [sentinel, node, replica, primary]) await server?.[Symbol.asyncDispose]();
  });

  const servers: [string, () => Redis, string[], smallest: number][] = [
    ["a primary", () => primary, [], 124],
    ["a primary, with everything that can be asked for", () => primary, ALL, 145],
    ["a replica", () => replica, [], 120],
    ["a node of a cluster", () => node, [], 120],
  ];
  for (const [what, server, args, smallest] of servers) {
    it(`redis exporter has the families of the original for ${what}, with the same types and label names`, async () => {
      const [theirs, ours] = await scrapeBoth(server(), args);
      assert.deepEqual(shapes(ours), shapes(theirs));
      assert.ok(theirs.size >= smallest, `the original has ${theirs.size} families`);
    });

    it(`redis exporter has the values of the original for ${what}, where they do not move`, async () => {
      const [theirs, ours] = await scrapeBoth(server(), args);
      const unmoved = (families: Map<string, Family>) =>
        Object.fromEntries(
          [...families].filter(([name]) => !MOVING.test(name)).map(([name, { samples }]) => [name, samples]),
        );
      assert.deepEqual(unmoved(ours), unmoved(theirs));
      assert.ok(Object.keys(unmoved(ours)).length > 50);
    });
  }

  it("redis exporter has the families and values of the original for a Sentinel, and its settings", async () => {
    const [theirs, ours] = await scrapeBoth(sentinel, []);
    const settings = [...ours.keys()].filter((name) => name.startsWith("redis_sentinel_master_setting_"));
    assert.equal(settings.length, 4);
    settings.forEach((name) => ours.delete(name));
    assert.deepEqual(shapes(ours), shapes(theirs));
    const about = (families: Map<string, Family>) =>
      [...families].filter(([name]) => name.startsWith("redis_sentinel_"));
    assert.deepEqual(about(ours), about(theirs));
    assert.equal(about(ours).length, 11);
  });

  it("redis exporter exposes the connections of clients as the original does", async () => {
    for (const args of [["-export-client-list"], ["-export-client-list", "-export-client-port"]]) {
      const [theirs, ours] = await scrapeBoth(primary, args);
      const name = "redis_connected_clients_details";
      assert.equal(ours.get(name)?.labelNames, theirs.get(name)?.labelNames);
      assert.ok(ours.get(name)?.samples.some((sample) => sample.includes('name="redis_exporter"')));
    }
  });

  it("redis exporter leaves out what is about its process where the original does", async () => {
    const args = ["-redis-only-metrics"];
    await using theirs = await startOriginal(primary.url, args);
    await using ours = await startOurs([`-redis.addr=${primary.url}`, ...args]);
    for (const { url } of [theirs, ours]) {
      assert.deepEqual([...readFamilies(await scrape(url) ?? "", /^(?!redis_)/)], []);
    }
    await using plain = await startOurs([], { REDIS_ADDR: primary.url, REDIS_EXPORTER_REDIS_ONLY_METRICS: "false" });
    assert.ok(readFamilies(await scrape(plain.url) ?? "", /^process_/).size > 3);
  });

  it("redis exporter counts on where the original does", async () => {
    const counted = async (url: string) =>
      /^redis_commands_total\{cmd="set"\} (\d+)$/m.exec(await scrape(url) ?? "")?.[1];
    await using theirs = await startOriginal(primary.url);
    await using ours = await startOurs([`--redis.addr=${primary.url}`]);
    const first = Number(await counted(ours.url));
    await primary.run("set", "a", "1");
    assert.deepEqual([await counted(ours.url), await counted(theirs.url)], [String(first + 1), String(first + 1)]);
  });
});

describe("redis exporter", needsRedis(), () => {
  let redis: Redis;
  before(async () => {
    redis = await prepareRedis(["aclfile users.acl"]);
    await Deno.writeTextFile(
      `${redis.folder}/users.acl`,
      "user default on >main-s3cret ~* &* +@all\nuser monitor on >monitor-s3cret ~* &* +@all\n",
    );
    await redis.start();
  });
  after(() => redis?.[Symbol.asyncDispose]());

  const logins: [string, (folder: string) => { args?: string[]; env?: Record<string, string> }][] = [
    ["variables of the original's", () => ({ env: { REDIS_USER: "monitor", REDIS_PASSWORD: "monitor-s3cret" } })],
    ["the password of the default user", () => ({ env: { REDIS_PASSWORD: "main-s3cret" } })],
    ["a file", (folder) => ({ args: [`-redis.password-file=${folder}/password`] })],
    ["a file with passwords by address", (folder) => ({ env: { REDIS_PASSWORD_FILE: `${folder}/passwords.json` } })],
  ];
  for (const [what, how] of logins) {
    it(`redis exporter logs in with ${what}, and shows no password`, async () => {
      await Deno.writeTextFile(`${redis.folder}/password`, "main-s3cret\n");
      await Deno.writeTextFile(`${redis.folder}/passwords.json`, JSON.stringify({ [redis.url]: "main-s3cret" }));
      const { args = [], env = {} } = how(redis.folder);
      await using exporter = await startOurs(args, { REDIS_ADDR: redis.url, ...env });
      const text = await scrape(exporter.url) ?? "";
      assert.equal(valueOf(text, "redis_up"), 1, exporter.stderr());
      assert.doesNotMatch(text + exporter.stderr() + exporter.stdout(), /s3cret/);
    });
  }

  it("redis exporter logs in with what the address says, and by a socket", async () => {
    const { host } = new URL(redis.url);
    for (
      const args of [
        [`--redis.addr=redis://monitor:monitor-s3cret@${host}`],
        [`--redis.addr=${host}`, "--redis.password=main-s3cret"],
        [`--redis.addr=unix://${redis.folder}/redis.sock`, "--redis.password=main-s3cret"],
      ]
    ) {
      await using exporter = await startOurs(args);
      assert.equal(valueOf(await scrape(exporter.url) ?? "", "redis_up"), 1, exporter.stderr());
      assert.doesNotMatch(exporter.stderr(), /s3cret/);
    }
  });

  it("redis exporter reads the password anew when it connects anew", async () => {
    const file = `${redis.folder}/rotating`;
    await Deno.writeTextFile(file, "outdated");
    await using exporter = await startOurs([`--redis.addr=${redis.url}`, `--redis.password-file=${file}`]);
    assert.equal(valueOf(await scrape(exporter.url) ?? "", "redis_up"), 0);
    await Deno.writeTextFile(file, "main-s3cret");
    assert.equal(valueOf(await scrape(exporter.url) ?? "", "redis_up"), 1);
  });

  it("redis exporter uses one connection for all scrapes, and calls it by its name", async () => {
    const env = { REDIS_PASSWORD: "main-s3cret", REDIS_ADDR: redis.url };
    await using exporter = await startOurs([], env);
    const received = async () => valueOf(await scrape(exporter.url) ?? "", "redis_connections_received_total");
    assert.equal(await received(), await received());
    const clients = await redis.run("-a", "main-s3cret", "--no-auth-warning", "client", "list");
    assert.match(clients, / name=redis_exporter /);
  });

  it("redis exporter logs as the original's flags and variables say", async () => {
    await using plain = await startOurs(["-log-format", "txt"], { REDIS_EXPORTER_DEBUG: "1", REDIS_ADDR: redis.url });
    await using json = await startOurs(["-debug"], { REDIS_EXPORTER_LOG_FORMAT: "json", REDIS_ADDR: redis.url });
    for (const { url } of [plain, json]) await scrape(url);
    assert.match(plain.stderr(), /level=info/);
    assert.equal(JSON.parse(json.stderr().split("\n")[0]!).level, "info");
  });

  it("redis exporter takes values that a script returns", async () => {
    const args = [`--script=${redis.folder}/script.lua`, `--redis.addr=${redis.url}`, "--redis.password=main-s3cret"];
    await Deno.writeTextFile(`${redis.folder}/script.lua`, 'return {"databases", redis.call("DBSIZE"), "b", "1.5"}');
    await using exporter = await startOurs(args);
    const text = await scrape(exporter.url) ?? "";
    assert.match(text, /^redis_script_values\{key="databases"\} 0\nredis_script_values\{key="b"\} 1\.5$/m);
  });
});

describe("redis exporter at a server with TLS", needsRedis(), () => {
  it("redis exporter verifies the server's certificate and shows its own", async () => {
    await using redis = await prepareRedis(["tls-port 0"]);
    const { folder } = redis;
    await writeCertificates(folder);
    const files = [`tls-cert-file ${folder}/server.pem`, `tls-key-file ${folder}/server.key`];
    const tls = [...files, `tls-ca-cert-file ${folder}/ca.pem`, "port 0", `tls-port ${redis.port}`];
    const known = await Deno.readTextFile(`${folder}/redis.conf`);
    await Deno.writeTextFile(`${folder}/redis.conf`, `${known}${tls.join("\n")}\n`);
    await redis.start();

    const address = `--redis.addr=rediss://127.0.0.1:${redis.port}`;
    const client = [`--tls-client-cert-file=${folder}/client.pem`, `--tls-client-key-file=${folder}/client.key`];
    for (const trust of [`--tls-ca-cert-file=${folder}/ca.pem`, "--skip-tls-verification"]) {
      await using exporter = await startOurs([address, trust, ...client]);
      assert.equal(valueOf(await scrape(exporter.url) ?? "", "redis_up"), 1, exporter.stderr());
    }
    await using strict = await startOurs([address, ...client]);
    assert.equal(valueOf(await scrape(strict.url) ?? "", "redis_up"), 0);
    assert.match(strict.stderr(), /Upstream not reached.*Cannot reach Redis at 127.0.0.1:\d+.*certificate/i);
  });
});

describe("redis exporter that is asked by TLS, beside the original", needsOriginal(), () => {
  it("redis exporter shows its certificate and wants one of who asks", async () => {
    await using redis = await prepareRedis();
    const { folder } = redis;
    await Promise.all([redis.start(), writeCertificates(folder)]);
    const files = { cert: "server.pem", key: "server.key", "ca-cert": "ca.pem" };
    const args = Object.entries(files).map(([name, file]) => `-tls-server-${name}-file=${folder}/${file}`);
    await using theirs = await startOriginal(redis.url, args);
    await using ours = await startOurs([`-redis.addr=${redis.url}`, ...args, "-tls-server-min-version=TLS1.3"]);
    const read = (file: string) => Deno.readTextFileSync(`${folder}/${file}`);
    const client = { cert: read("client.pem"), key: read("client.key") };
    for (const { url } of [theirs, ours]) {
      const address = url.replace("http:", "https:");
      using known = Deno.createHttpClient({ caCerts: [read("ca.pem")], ...client });
      const answer = await fetch(`${address}/metrics`, { client: known });
      assert.equal(valueOf(await answer.text(), "redis_up"), 1);
      using stranger = Deno.createHttpClient({ caCerts: [read("ca.pem")] });
      await assert.rejects(fetch(`${address}/metrics`, { client: stranger }));
    }
  });
});

function startOurs(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const own = ["run", "-A", EXPORTER, "--web.listen-address=127.0.0.1:0"];
  return startServer({ path: Deno.execPath(), args: [...own, ...args], env });
}

async function scrapeBoth(
  redis: Redis,
  args: readonly string[],
): Promise<[theirs: Map<string, Family>, ours: Map<string, Family>]> {
  await using theirs = await startOriginal(redis.url, args);
  await using ours = await startOurs([`-redis.addr=${redis.url}`, ...args]);
  // Once before, so that whatever one of them makes Redis count is there when the other one asks.
  await Promise.all([scrape(theirs.url), scrape(ours.url)]);
  return [readFamilies(await scrape(theirs.url) ?? "", UPSTREAM), readFamilies(await scrape(ours.url) ?? "", UPSTREAM)];
}

async function writeCertificates(folder: string): Promise<void> {
  const openssl = async (...args: string[]) => {
    const { success, stderr } = await new Deno.Command("openssl", { args, cwd: folder }).output();
    if (!success) throw new Error(`Cannot run openssl ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  };
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  await openssl("req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=test CA");
  for (const name of ["server", "client"]) {
    const signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-addext", "basicConstraints=critical,CA:FALSE"];
    signed.push("-addext", "subjectAltName=IP:127.0.0.1");
    await openssl(
      "req",
      "-x509",
      ...key,
      ...signed,
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.pem`,
      "-subj",
      `/CN=${name}`,
    );
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
