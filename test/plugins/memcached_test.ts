/** The memcached exporter with a real memcached, beside the exporter that it replaces. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startServer } from "../_process.ts";
import { writeCertificates } from "./_certificates.ts";
import { readFamilies, shapes, valueOf } from "./_families.ts";
import { type Memcached, needsMemcached, needsOriginal, prepareMemcached, startOriginal } from "./_memcached.ts";
import { scrape } from "./_scrape.ts";
import { startUpstream } from "./_upstream.ts";

const EXPORTER = new URL("../../plugins/memcached_exporter/exporter.ts", import.meta.url).pathname;

/** What both say about memcached; the others are about themselves. */
const UPSTREAM = /^memcached_(?!exporter_|scrape_)/;

/** Families whose values move between two scrapes, or by the scrapes themselves. */
const MOVING =
  /^memcached_(connections_total|current_connections|process_|(read|written)_bytes_|time_|uptime_|lru_crawler_.*_total)/;

describe("memcached exporter beside the original", needsOriginal(), () => {
  let memcached: Memcached;
  before(async () => {
    memcached = prepareMemcached();
    await memcached.start();
    await memcached.ask("set a 0 0 5", "hello", "get a", "get b", "incr b 1", "touch a 100", "delete b");
    const [, unique] = /VALUE a 0 5 (\d+)/.exec(await memcached.ask("gets a"))!;
    await memcached.ask(
      `cas a 0 0 5 ${unique}`,
      "HELLO",
      `cas a 0 0 5 ${unique}`,
      "again",
      "set c 0 100 2000",
      "c".repeat(2000),
    );
  });
  after(() => memcached.stop());

  it("memcached exporter has the families of the original, with the same types and label names", async () => {
    const [theirs, ours] = await scrapeBoth(memcached);
    assert.deepEqual(shapes(ours), shapes(theirs));
    assert.equal(theirs.size, 68);
  });

  it("memcached exporter tells of memcached's process as the original does, by the same flags", async () => {
    const folder = await Deno.makeTempDir({ prefix: "exporterkit-memcached-" });
    try {
      await using watched = prepareMemcached();
      await watched.start("-P", `${folder}/pid`);
      const args = [
        `--memcached.pid-file=${folder}/pid`,
        ..."--memcached.timeout=2s --web.scrape-path=/scrape --web.telemetry-path /metrics --log.level=info".split(" "),
      ];
      await using theirs = await startOriginal(watched, args);
      await using ours = await startServer({
        path: Deno.execPath(),
        args: [
          "run",
          "-A",
          EXPORTER,
          "--web.listen-address=127.0.0.1:0",
          `--memcached.address=${watched.address}`,
          ...args,
        ],
      });
      const process = /^memcached_process_(?!(?:user|system)_)/;
      const [left, right] = await Promise.all(
        [theirs, ours].map(async ({ url }) => readFamilies(await scrape(url) ?? "", process)),
      );
      assert.equal(left!.size, 7);
      assert.deepEqual(shapes(right!), shapes(left!));
      for (const [name, { samples }] of left!) {
        if (/start_time|_max|virtual/.test(name)) assert.deepEqual(right!.get(name)?.samples, samples, name);
      }
      const openFds = (families: typeof left) =>
        Number(/\d+$/.exec(families!.get("memcached_process_open_fds")!.samples[0]!)?.[0]);
      // Each exporter has a connection of its own, the original only while it asks.
      assert.ok(Math.abs(openFds(right) - openFds(left)) <= 2, `${openFds(right)} ${openFds(left)}`);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });

  it("memcached exporter serves the rest where the pid file is wrong, and says so", async () => {
    await using exporter = await startOurs(memcached.address, ["--memcached.pid-file=/dev/null"]);
    const text = await scrape(exporter.url) ?? "";
    assert.match(text, /^memcached_scrape_collector_success\{collector="process"\} 0$/m);
    assert.equal(valueOf(text, "memcached_up"), 1);
    assert.match(exporter.stderr(), /Cannot read --memcached.pid-file \/dev\/null: got .*, expected a number/);
  });

  it("memcached exporter has the families of the original at /scrape too", async () => {
    await using theirs = await startOriginal(memcached);
    await using ours = await startOurs("127.0.0.1:1", ["--probe.allow=127.0.0.1"]);
    const path = `/scrape?target=${memcached.address}`;
    const [left, right] = [await scrape(theirs.url, path), await scrape(ours.url, path)];
    assert.deepEqual(shapes(readFamilies(right ?? "", UPSTREAM)), shapes(readFamilies(left ?? "", UPSTREAM)));
  });

  it("memcached exporter has the values of the original, where they do not move", async () => {
    const [theirs, ours] = await scrapeBoth(memcached);
    const unmoved = (families: typeof theirs) =>
      Object.fromEntries(
        [...families].filter(([name]) => !MOVING.test(name)).map(([name, { samples }]) => [name, samples]),
      );
    assert.deepEqual(unmoved(ours), unmoved(theirs));
    assert.deepEqual(ours.get("memcached_commands_total")?.samples.filter((sample) => / [1-9]/.test(sample)), [
      'memcached_commands_total{command="cas",status="badval"} 1',
      'memcached_commands_total{command="cas",status="hit"} 1',
      'memcached_commands_total{command="delete",status="miss"} 1',
      'memcached_commands_total{command="get",status="hit"} 2',
      'memcached_commands_total{command="get",status="miss"} 1',
      'memcached_commands_total{command="incr",status="miss"} 1',
      'memcached_commands_total{command="set",status="hit"} 2',
      'memcached_commands_total{command="touch",status="hit"} 1',
    ]);
  });
});

describe("memcached exporter", needsMemcached(), () => {
  it("memcached exporter probes servers that requests name, also while one of them hangs", async () => {
    await using first = prepareMemcached();
    await using second = prepareMemcached();
    await Promise.all([first.start(), second.start()]);
    await first.ask("set a 0 0 1", "a");
    const targets = [first, second].map(({ address }) => `--targets=${address}`);
    await using exporter = await startOurs("127.0.0.1:1", targets);
    const probe = async ({ address }: Memcached) => {
      const text = await scrape(exporter.url, `/probe?target=${address}`) ?? "";
      return ["probe_success", "memcached_up", "memcached_items_total"].map((name) => valueOf(text, name));
    };
    assert.deepEqual(await Promise.all([probe(first), probe(second)]), [[1, 1, 1], [1, 1, 0]]);
    await first.hang();
    assert.deepEqual(await Promise.all([probe(first), probe(second)]), [[0, 0, undefined], [1, 1, 0]]);
    first.goOn();
    assert.deepEqual(await probe(first), [1, 1, 1]);

    const closed = await fetch(`${exporter.url}/probe?target=127.0.0.1:1`);
    assert.equal(closed.status, 403, await closed.text());
  });

  it("memcached exporter needs no connection of its own for each scrape", async () => {
    await using memcached = prepareMemcached();
    await memcached.start();
    await using exporter = await startOurs(memcached.address);
    const connections = async () => valueOf(await scrape(exporter.url) ?? "", "memcached_connections_total");
    const first = await connections();
    assert.equal(await connections(), first);
    assert.equal(await connections(), first);
  });

  it("memcached exporter reads through a Unix socket", async () => {
    const folder = await Deno.makeTempDir({ prefix: "exporterkit-memcached-" });
    try {
      const socket = `${folder}/memcached.sock`;
      const user = Deno.uid() === 0 ? ["-u", "root"] : [];
      await using _memcached = await startUpstream({ path: "memcached", args: ["-s", socket, ...user] }, socket);
      await using exporter = await startOurs(socket);
      assert.equal(valueOf(await scrape(exporter.url) ?? "", "memcached_up"), 1);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });

  it("memcached exporter verifies the server's certificate and shows its own", async () => {
    const folder = await Deno.makeTempDir({ prefix: "exporterkit-memcached-" });
    try {
      await writeCertificates(folder);
      await using memcached = prepareMemcached();
      const options = [
        `ssl_chain_cert=${folder}/server.pem`,
        `ssl_key=${folder}/server.key`,
        `ssl_ca_cert=${folder}/ca.pem`,
      ];
      await memcached.start("-Z", "-o", [...options, "ssl_verify_mode=2"].join());
      const tls = (name: string, value: string) => `--memcached.tls.${name}=${value}`;
      const client = [tls("cert-file", `${folder}/client.pem`), tls("key-file", `${folder}/client.key`)];
      const ca = tls("ca-file", `${folder}/ca.pem`);

      await using exporter = await startOurs(memcached.address, ["--memcached.tls.enable", ca, ...client]);
      const text = await scrape(exporter.url) ?? "";
      assert.equal(valueOf(text, "memcached_up"), 1, exporter.stderr());
      assert.equal(text.match(/^memcached_scrape_collector_success\{.*\} 1$/gm)?.length, 5);

      const lax = ["--memcached.tls.enable", "--memcached.tls.insecure-skip-verify", ...client];
      await using careless = await startOurs(memcached.address, lax);
      assert.equal(valueOf(await scrape(careless.url) ?? "", "memcached_up"), 1);

      const named = ["--memcached.tls.enable", ca, tls("server-name", "other.example"), ...client];
      await using strict = await startOurs(memcached.address, named);
      assert.equal(valueOf(await scrape(strict.url) ?? "", "memcached_up"), 0);
      assert.match(strict.stderr(), /Cannot ask memcached at 127.0.0.1:\d+: .*certificate/i);

      await using plain = await startOurs(memcached.address);
      assert.equal(valueOf(await scrape(plain.url) ?? "", "memcached_up"), 0);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
});

function startOurs(address: string, args: readonly string[] = []) {
  const own = ["--web.listen-address=127.0.0.1:0", `--memcached.address=${address}`];
  return startServer({ path: Deno.execPath(), args: ["run", "-A", EXPORTER, ...own, ...args] });
}

async function scrapeBoth(memcached: Memcached) {
  await using theirs = await startOriginal(memcached);
  await using ours = await startOurs(memcached.address);
  // The original connects for each scrape; both see themselves.
  const [left, right] = [await scrape(theirs.url), await scrape(ours.url)];
  return [readFamilies(left ?? "", UPSTREAM), readFamilies(right ?? "", UPSTREAM)] as const;
}
