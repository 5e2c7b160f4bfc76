/** Whole expositions, for servers that answered like that. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { handler } from "@exporterkit/core";
import { type FakeMemcached, fakeMemcached, replay } from "./_testing.ts";
import { shownAddress } from "./address.ts";
import served from "./exporter.ts";

describe("memcached exporter", () => {
  for (const name of ["plain", "extstore"]) {
    it(`memcached exporter exposes what memcached_exporter does, of the server ${name}`, async () => {
      await using server = await fakeMemcached(replay(captured(`${name}.txt`)));
      assert.deepEqual((await scrape(server)).split("\n").sort(), captured(`${name}.prom`).split("\n").sort());
    });
  }

  it("memcached exporter leaves out what an older server does not say", async () => {
    const old = captured("plain.txt").split("\n").filter((line) => !/moves_|hot|cas_badval|total_malloced/.test(line));
    await using server = await fakeMemcached(replay(old.join("\n")));
    const text = await scrape(server);
    assert.match(text, /^memcached_slab_current_items\{slab="15"\} 1$/m);
    assert.doesNotMatch(text, /moves_|_hot_|malloced|command="set"|badval/);
  });

  it("memcached exporter shows no slab of an empty server", async () => {
    const empty = captured("plain.txt").split("\n").filter((line) => !/^STAT (items:)?\d+:/.test(line));
    await using server = await fakeMemcached(replay(empty.join("\n")));
    const text = await scrape(server);
    assert.match(text, /^memcached_current_items 2$/m);
    assert.doesNotMatch(text, /slab=/);
  });

  it("memcached exporter serves the other collectors when a statistic is no number", async () => {
    const odd = captured("plain.txt").replace("STAT items:15:number 1", "STAT items:15:number many");
    await using server = await fakeMemcached(replay(odd));
    await using exporter = handler(served.exporter, settingsFor(server));
    const text = await (await exporter.fetch(new Request("http://localhost/metrics"))).text();
    assert.match(text, /^memcached_scrape_collector_success\{collector="items"\} 0$/m);
    assert.match(text, /^memcached_scrape_collector_success\{collector="slabs"\} 1$/m);
    assert.match(text, /^memcached_up 1$/m);
    assert.doesNotMatch(text, /^memcached_slab_current_items/m);
  });

  it("memcached exporter asks only for what collect[] wants", async () => {
    await using server = await fakeMemcached(replay(captured("plain.txt")));
    await using exporter = handler(served.exporter, settingsFor(server));
    await (await exporter.fetch(new Request("http://localhost/metrics?collect[]=slabs"))).text();
    assert.deepEqual(server.commands, ["version", "stats slabs"]);
  });
});

function settingsFor(server: FakeMemcached) {
  return { settings: { memcached: { address: shownAddress(server.address) } } };
}

/** What is exposed of memcached itself, without help. */
async function scrape(server: FakeMemcached): Promise<string> {
  await using exporter = handler(served.exporter, settingsFor(server));
  const text = await (await exporter.fetch(new Request("http://localhost/metrics"))).text();
  const lines = text.split("\n").filter((line) =>
    !/^# HELP|^(# TYPE )?(memcached_(scrape|exporter)|process)_(?!user|system)/.test(line)
  );
  return lines.join("\n");
}

function captured(name: string): string {
  return readFileSync(new URL(`testdata/${name}`, import.meta.url), "utf8");
}
