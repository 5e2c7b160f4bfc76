/** What the memcached exporter says when memcached is in trouble, and what the exporter that it replaces said then. */
import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { UpstreamFailure } from "@exporterkit/core";
import { startServer } from "../_process.ts";
import { failureOf, readFamilies, valueOf } from "./_families.ts";
import { type Memcached, needsMemcached, needsOriginal, prepareMemcached, startOriginal } from "./_memcached.ts";
import { scrape } from "./_scrape.ts";

const EXPORTER = new URL("../../plugins/memcached_exporter/exporter.ts", import.meta.url).pathname;
const COLLECTORS = ["stats", "settings", "items", "slabs"];

interface Trouble {
  readonly what: string;
  begin(memcached: Memcached): void | Promise<void>;
  end(memcached: Memcached): void | Promise<void>;
  /** What `memcached_scrape_upstream_failure` says. */
  readonly reason: UpstreamFailure;
  readonly logged: RegExp;
}

const TROUBLES: readonly Trouble[] = [
  {
    what: "refuses connections",
    begin: (memcached) => memcached.stop(),
    end: (memcached) => memcached.start(),
    reason: "refused",
    logged: /Upstream not reached.*Cannot ask memcached at 127.0.0.1:\d+: .*ECONNREFUSED/,
  },
  {
    what: "hangs",
    begin: (memcached) => memcached.hang(),
    end: (memcached) => memcached.goOn(),
    reason: "timeout",
    logged: /Upstream not reached.*had not ended/,
  },
  {
    what: "wants a password",
    async begin(memcached) {
      const users = await Deno.makeTempFile({ prefix: "exporterkit-memcached-" });
      await Deno.writeTextFile(users, "prometheus:secret\n");
      await memcached.stop();
      await memcached.start("-Y", users);
      await Deno.remove(users);
    },
    async end(memcached) {
      await memcached.stop();
      await memcached.start();
    },
    reason: "unauthenticated",
    logged:
      /Upstream not reached.*Cannot ask memcached at 127.0.0.1:\d+: memcached answered \\"CLIENT_ERROR unauthenticated/,
  },
];

describe("memcached exporter", needsMemcached(), () => {
  let memcached: Memcached;
  beforeEach(() => {
    memcached = prepareMemcached();
  });
  afterEach(() => memcached.stop());

  for (const { what, begin, end, reason, logged } of TROUBLES) {
    it(`memcached exporter answers in time while memcached ${what}, and is whole again after that`, async () => {
      await memcached.start();
      await using exporter = await startOurs(memcached);
      await assertWhole(exporter.url);

      await begin(memcached);
      const failing = await scrape(exporter.url) ?? "";
      await end(memcached);
      assert.deepEqual([...readFamilies(failing, /^memcached_(?!exporter_|scrape_)/).keys()], [
        "memcached_up",
      ]);
      assert.equal(valueOf(failing, "memcached_up"), 0);
      assert.equal(failureOf(failing, "memcached"), reason);
      for (const collector of COLLECTORS) {
        const labels = `collector="${collector}"`;
        assert.match(failing, new RegExp(`^memcached_scrape_collector_success\\{${labels}\\} 0$`, "m"));
        const failures = `^memcached_scrape_collector_failures_total\\{${labels},reason="down"\\} 1$`;
        assert.match(failing, new RegExp(failures, "m"));
      }
      assert.match(failing, /^process_start_time_seconds /m);
      assert.match(exporter.stderr(), logged);

      await assertWhole(exporter.url);
    });
  }

  it("memcached exporter starts without memcached, and is whole as soon as it is there", async () => {
    await using exporter = await startOurs(memcached);
    assert.equal(valueOf(await scrape(exporter.url) ?? "", "memcached_up"), 0);
    await memcached.start();
    await assertWhole(exporter.url);
  });

  it("memcached exporter is whole in the first scrape after memcached was restarted, with what that counts anew", async () => {
    await memcached.start();
    await memcached.ask("set a 0 0 1", "a", "set a 0 0 1", "a");
    await using exporter = await startOurs(memcached);
    assert.equal(valueOf(await assertWhole(exporter.url), "memcached_items_total"), 2);
    await memcached.stop();
    await memcached.start();
    assert.equal(valueOf(await assertWhole(exporter.url), "memcached_items_total"), 0);
  });

  it("memcached exporter is whole although memcached has no connection left for others", async () => {
    await memcached.start("-c", "64");
    await using exporter = await startOurs(memcached);
    await assertWhole(exporter.url);
    const others = await connectUntilRefused(memcached);
    const text = await assertWhole(exporter.url);
    assert.ok(valueOf(text, "memcached_connections_rejected_total")! > 0);

    await using late = await startOurs(memcached);
    assert.equal(valueOf(await scrape(late.url) ?? "", "memcached_up"), 0);
    assert.match(late.stderr(), /Upstream not reached.*memcached answered \\"ERROR Too many open connections/);
    others.forEach((socket) => socket.destroy());
    await assertWhole(late.url);
  });
});

describe("the original", needsOriginal(), () => {
  let memcached: Memcached;
  beforeEach(() => {
    memcached = prepareMemcached();
  });
  afterEach(() => memcached.stop());

  for (const { what, begin, end } of TROUBLES) {
    it(`the original has memcached_up 0 while memcached ${what}`, async () => {
      await memcached.start();
      await using exporter = await startOriginal(memcached);
      assert.equal(valueOf(await scrape(exporter.url) ?? "", "memcached_up"), 1);
      await begin(memcached);
      const failing = await scrape(exporter.url) ?? "";
      await end(memcached);
      assert.equal(valueOf(failing, "memcached_up"), 0);
    });
  }

  it("the original has memcached_up 0 while memcached has no connection left for it", async () => {
    await memcached.start("-c", "64");
    await using exporter = await startOriginal(memcached);
    const others = await connectUntilRefused(memcached);
    assert.equal(valueOf(await scrape(exporter.url) ?? "", "memcached_up"), 0);
    others.forEach((socket) => socket.destroy());
  });
});

function startOurs({ address }: Memcached) {
  const args = ["--web.listen-address=127.0.0.1:0", `--memcached.address=${address}`];
  return startServer({ path: Deno.execPath(), args: ["run", "-A", EXPORTER, ...args] });
}

async function assertWhole(url: string): Promise<string> {
  const text = await scrape(url);
  assert.ok(text !== undefined, "there was no answer in time");
  assert.equal(valueOf(text, "memcached_up"), 1, text);
  for (const collector of COLLECTORS) {
    assert.match(text, new RegExp(`^memcached_scrape_collector_success\\{collector="${collector}"\\} 1$`, "m"));
  }
  return text;
}

/** Takes every connection that memcached has to give. */
async function connectUntilRefused({ address }: Memcached): Promise<Socket[]> {
  const sockets: Socket[] = [];
  let isRefused = false;
  while (!isRefused) {
    const socket = connect(Number(address.split(":")[1]), "127.0.0.1");
    sockets.push(socket);
    isRefused = await new Promise<boolean>((resolve) => {
      // Memcached says why it closes the connection, but that may not be read before it is reset.
      socket.on("error", () => resolve(true));
      socket.on("data", (text) => resolve(!String(text).startsWith("VERSION")));
      socket.on("connect", () => socket.write("version\r\n"));
    });
  }
  return sockets;
}
