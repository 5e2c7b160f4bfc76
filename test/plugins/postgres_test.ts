/** The PostgreSQL exporter with a real PostgreSQL, beside the exporter that it replaces. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Family, readFamilies, shapes, valueOf } from "./_families.ts";
import {
  needsOriginal,
  needsPostgres,
  type Postgres,
  preparePostgres,
  prepareStandby,
  startOriginal,
  startOurs,
} from "./_postgres.ts";
import { scrape } from "./_scrape.ts";

/** What both say about PostgreSQL; the others are about themselves. */
const UPSTREAM = /^pg_(?!exporter_|scrape_)/;

/** Families whose values move between two scrapes, or by the scrapes themselves. */
const MOVING = new RegExp(
  [
    "^pg_locks_count$",
    "^pg_stat_activity_",
    "^pg_stat_bgwriter_(buffers|checkpoint)",
    "^pg_stat_database_(active|session|blk|tup|xact|numbackends|idle)",
    "^pg_stat_replication_",
    "^pg_replication_slots_pg_wal_lsn_diff$",
    "^pg_database_size_bytes$",
    // The original sets it for its own session.
    "^pg_settings_extra_float_digits$",
  ].join("|"),
);

describe("postgres exporter beside the original", needsOriginal(), () => {
  let primary: Postgres;
  let standby: Postgres;
  before(async () => {
    primary = await preparePostgres();
    await primary.start();
    standby = await prepareStandby(primary);
    await standby.start();
    await primary.sql("SELECT pg_stat_reset()", "CREATE TABLE t AS SELECT generate_series(1, 1000)", "CHECKPOINT");
    while (await primary.sql("SELECT state FROM pg_stat_replication") !== "streaming") {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
  after(async () => {
    await standby?.[Symbol.asyncDispose]();
    await primary?.[Symbol.asyncDispose]();
  });

  it("postgres exporter has the families of the original, with the same types and label names", async () => {
    const [theirs, ours] = await scrapeBoth(primary);
    assert.deepEqual(shapes(ours), shapes(theirs));
    assert.ok(theirs.size > 300, `the original has ${theirs.size} families`);
    assert.deepEqual([...ours.keys()].filter((name) => name.includes("replication")), [
      "pg_replication_slots_active",
      "pg_replication_slots_pg_wal_lsn_diff",
      "pg_settings_log_replication_commands",
      "pg_settings_max_logical_replication_workers",
      "pg_settings_max_replication_slots",
      "pg_stat_replication_pg_current_wal_lsn_bytes",
      "pg_stat_replication_pg_wal_lsn_diff",
      "pg_stat_replication_reply_time",
    ]);
  });

  it("postgres exporter names the slot of a standby, of which the original gives the process", async () => {
    const [theirs, ours] = await scrapeBoth(primary);
    const slotOf = (families: ReadonlyMap<string, Family>) =>
      /slot_name="(\w*)"/.exec(families.get("pg_stat_replication_pg_wal_lsn_diff")!.samples[0]!)?.[1];
    assert.equal(slotOf(ours), "standby");
    assert.match(slotOf(theirs)!, /^\d+$/);
  });

  it("postgres exporter has the series of the original", async () => {
    const [theirs, ours] = await scrapeBoth(primary);
    const series = (families: ReadonlyMap<string, Family>) =>
      known(families).map((
        [name, samples],
      ) => [name, samples.map((sample) => sample.split(" ").slice(0, -1).join(" "))]);
    assert.deepEqual(series(ours), series(theirs));
  });

  it("postgres exporter has the values of the original, where they do not move", async () => {
    const [theirs, ours] = await scrapeBoth(primary);
    const unmoved = (families: ReadonlyMap<string, Family>) => known(families).filter(([name]) => !MOVING.test(name));
    assert.deepEqual(unmoved(ours), unmoved(theirs));
  });

  it("postgres exporter has the values of the original for a standby too", async () => {
    const [theirs, ours] = await scrapeBoth(standby);
    const unmoved = (families: ReadonlyMap<string, Family>) => known(families).filter(([name]) => !MOVING.test(name));
    assert.deepEqual(unmoved(ours), unmoved(theirs));
    assert.deepEqual(ours.get("pg_settings_in_hot_standby")?.samples.map((sample) => sample.split(" ").at(-1)), ["1"]);
  });

  it("postgres exporter has the slots of a standby, at which the original fails", async () => {
    await standby.sql("SELECT pg_create_physical_replication_slot('cascade', true)");
    const [theirs, ours] = await scrapeBoth(standby);
    await standby.sql("SELECT pg_drop_replication_slot('cascade')");
    const name = "pg_replication_slots_active";
    assert.deepEqual(ours.get(name)?.samples, [
      `${name}{database="",server="127.0.0.1:${standby.port}",slot_name="cascade"} 0`,
    ]);
    assert.ok(ours.has("pg_replication_slots_pg_wal_lsn_diff"));
    assert.equal(theirs.get(name), undefined);
  });

  it("postgres exporter tells of its last scrape as the original does", async () => {
    await using theirs = await startOriginal(primary.dataSource());
    await using ours = await startOurs(primary.dataSource());
    for (const { url } of [theirs, ours]) {
      await scrape(url);
      const text = await scrape(url) ?? "";
      assert.equal(valueOf(text, "pg_exporter_scrapes_total"), 2);
      assert.equal(valueOf(text, "pg_exporter_last_scrape_error"), 0);
      assert.ok(valueOf(text, "pg_exporter_last_scrape_duration_seconds")! > 0);
    }
  });
});

describe("postgres exporter", needsPostgres(), () => {
  let postgres: Postgres;
  before(async () => {
    postgres = await preparePostgres();
    await postgres.start();
  });
  after(() => postgres?.[Symbol.asyncDispose]());

  it("postgres exporter keeps no more connections than it may", async () => {
    await using exporter = await startOurs(postgres.dataSource(), ["--max-connections=2"]);
    for (let scrapes = 0; scrapes < 3; scrapes++) await scrape(exporter.url);
    const count = await postgres.sql("SELECT count(*) FROM pg_stat_activity WHERE usename = 'monitor'");
    assert.equal(count, "2");
    assert.match(await scrape(exporter.url) ?? "", /^pg_scrape_collector_success\{collector="locks"\} 1$/m);
  });

  it("postgres exporter leaves out what its flags say", async () => {
    const args = ["--disable-settings-metrics", "--disable-default-metrics", "--exclude-databases=app,template0"];
    await using exporter = await startOurs(postgres.dataSource(), args);
    const families = readFamilies(await scrape(exporter.url) ?? "", UPSTREAM);
    const names = [...families.keys()].filter((name) => !name.startsWith("pg_stat_bgwriter_"));
    assert.deepEqual(names, ["pg_database_size_bytes", "pg_up"]);
    const sizes = families.get("pg_database_size_bytes")!.samples.map((sample) => /datname="(\w+)"/.exec(sample)?.[1]);
    assert.deepEqual(sizes, ["postgres", "template1"]);
  });

  it("postgres exporter takes the flags of newer originals for its collectors", async () => {
    const args = ["--collector.disable-defaults", "--collector.stat_bgwriter", "--no-collector.replication_slot"];
    await using exporter = await startOurs(postgres.dataSource(), args);
    const text = await scrape(exporter.url) ?? "";
    assert.deepEqual(text.match(/(?<=^pg_scrape_collector_success\{collector=")\w+/gm), ["bgwriter"]);
  });
});

async function scrapeBoth(postgres: Postgres) {
  await using theirs = await startOriginal(postgres.dataSource());
  await using ours = await startOurs(postgres.dataSource());
  const [left, right] = [await scrape(theirs.url), await scrape(ours.url)];
  return [readFamilies(left ?? "", UPSTREAM), readFamilies(right ?? "", UPSTREAM)] as const;
}

/** What is known, by name. The original has totals that are NaN, and takes the process of a standby for its slot. */
function known(families: ReadonlyMap<string, Family>): [name: string, samples: readonly string[]][] {
  return [...families].flatMap(([name, { type, samples }]) => {
    const known = samples.filter((sample) => type !== "counter" || !sample.endsWith(" NaN"))
      .map((sample) => name.startsWith("pg_stat_replication_") ? sample.replace(/slot_name="\w+",/, "") : sample);
    return known.length === 0 ? [] : [[name, known]];
  });
}
