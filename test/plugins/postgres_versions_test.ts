/** The PostgreSQL exporter with the versions of PostgreSQL that people run, each with a standby. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Collector } from "@exporterkit/core";
import type { Server } from "../_process.ts";
import { type Family, readFamilies, valueOf } from "./_families.ts";
import { needsPostgres, type Postgres, preparePostgres, prepareStandby, startOurs } from "./_postgres.ts";
import { CARRIED, needsCarriedPostgres, unpackPostgres } from "./_postgres_versions.ts";
import { exporterOf } from "./_readme.ts";
import { scrape } from "./_scrape.ts";

/** What is said about PostgreSQL, by what is built in; the others are about the exporter. */
const UPSTREAM = /^pg_(?!exporter_|scrape_|up$|statements_)/;

/** Families of what older versions do not count, with the first version that does. */
const SINCE: Readonly<Record<string, number>> = {
  pg_stat_database_session_time: 14,
  pg_stat_database_active_time: 14,
  pg_stat_database_idle_in_transaction_time: 14,
  pg_stat_database_sessions: 14,
  pg_stat_database_sessions_abandoned: 14,
  pg_stat_database_sessions_fatal: 14,
  pg_stat_database_sessions_killed: 14,
  pg_stat_database_conflicts_confl_active_logicalslot: 16,
  pg_stat_database_parallel_workers_to_launch: 18,
  pg_stat_database_parallel_workers_launched: 18,
};

/** Quiet, so that numbers stay as they are between two looks, and with archives and statements to count. */
const SETTINGS = `
autovacuum = off
archive_mode = on
archive_command = 'true'
shared_buffers = 1MB
shared_preload_libraries = pg_stat_statements
`;

/** The extension calls the time that statements took otherwise from 13 on. */
const QUERIES = `
pg_statements_12:
  query: SELECT sum(total_time) AS milliseconds FROM pg_stat_statements
  runonserver: "<13.0.0"
  metrics: [{ milliseconds: { usage: COUNTER, description: Time that statements took. } }]
pg_statements_13:
  query: SELECT sum(total_exec_time) AS milliseconds FROM pg_stat_statements
  runonserver: ">=13.0.0"
  metrics: [{ milliseconds: { usage: COUNTER, description: Time that statements took. } }]
`;

/** Settings that depend on who asks, and through which kind of socket. */
const OF_SESSION = /_(is_superuser|tcp_keepalives_\w+)$/;

/** Settings that are numbers or switches, as the server converts them. */
const CONVERTED = `
SELECT 'pg_settings_' || regexp_replace(name, '\\W', '_', 'g')
    || CASE WHEN unit IS NULL THEN '' WHEN unit LIKE '%B' THEN '_bytes' ELSE '_seconds' END,
  CASE WHEN vartype = 'bool' THEN (setting = 'on')::int
    WHEN unit IS NULL OR setting = '-1' OR unit = 'B' THEN setting::float8
    WHEN unit LIKE '%B' THEN setting::float8 * pg_size_bytes(CASE WHEN unit ~ '^\\d' THEN unit ELSE '1' || unit END)
    ELSE extract(epoch FROM (setting || unit)::interval) END
FROM pg_settings WHERE vartype IN ('bool', 'integer', 'real')`;

describe(
  "postgres exporter with Debian's PostgreSQL",
  needsPostgres(),
  () => itServes(() => Promise.resolve(undefined)),
);

for (const version of CARRIED) {
  describe(`postgres exporter with PostgreSQL ${version}`, needsCarriedPostgres(), () => {
    itServes(() => unpackPostgres(version), version);
  });
}

/** The suite, once for each version. */
function itServes(
  unpack: () => Promise<{ folder: string } & AsyncDisposable | undefined>,
  expectedVersion?: number,
): void {
  const owned = new AsyncDisposableStack();
  let primary: Postgres;
  let standby: Postgres;
  let exporter: Server;
  /** Such as 17 for 17.10. */
  let version: number;

  before(async () => {
    const programs = await unpack();
    if (programs !== undefined) owned.use(programs);
    primary = owned.use(await preparePostgres(programs?.folder));
    await Deno.writeTextFile(`${primary.folder}/data/postgresql.conf`, SETTINGS, { append: true });
    await Deno.writeTextFile(`${primary.folder}/queries.yaml`, QUERIES);
    await primary.start();
    standby = owned.use(await prepareStandby(primary));
    await standby.start();
    await primary.sql(
      "SELECT pg_stat_reset()",
      "CREATE EXTENSION pg_stat_statements",
      "CREATE TABLE t AS SELECT generate_series(1, 100000) AS number",
      "SELECT pg_switch_wal()",
      "CHECKPOINT",
    );
    await until(
      primary,
      "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'",
      (count) => count === "1",
    );
    await until(primary, "SELECT archived_count FROM pg_stat_archiver", (count) => count !== "0");
    version = Math.floor(Number(await primary.sql("SHOW server_version_num")) / 10_000);
    exporter = owned.use(
      await startOurs(primary.dataSource(), [`--extend.query-path=${primary.folder}/queries.yaml`]),
    );
  });
  after(() => owned[Symbol.asyncDispose]());

  it("postgres exporter is whole, and has nothing to complain of", async () => {
    if (expectedVersion !== undefined) assert.equal(version, expectedVersion);
    assertWhole(await scrape(exporter.url), exporter);
  });

  it("postgres exporter has all families, but for what this version does not count", async () => {
    const families = await familiesOf(exporter);
    const { collectors } = await exporterOf("postgres_exporter");
    const declared = Object.values<Pick<Collector, "metrics">>(collectors).flatMap(({ metrics = {} }) =>
      Object.values(metrics)
    )
      .map(({ name }) => name).filter((name) => UPSTREAM.test(name));
    assert.ok(declared.length > 50);
    const expected = declared.filter((name) => version >= (SINCE[name] ?? 0)).sort();
    assert.deepEqual([...families.keys()].filter((name) => !name.startsWith("pg_settings_")).sort(), expected);
    for (const [name, { samples }] of families) assert.ok(samples.length > 0, name);
  });

  it("postgres exporter has the numbers that psql reads", async () => {
    const bgwriter = (older: string, newer: string) =>
      version < 17 ? `SELECT ${older} FROM pg_stat_bgwriter` : `SELECT ${newer} FROM pg_stat_checkpointer`;
    const app = (column: string) => `SELECT ${column} FROM pg_stat_database WHERE datname = 'app'`;
    const numbers = [
      [/^pg_stat_bgwriter_checkpoints_req_total\{/, bgwriter("checkpoints_req", "num_requested")],
      [/^pg_stat_bgwriter_checkpoints_timed_total\{/, bgwriter("checkpoints_timed", "num_timed")],
      [/^pg_stat_bgwriter_buffers_checkpoint_total\{/, bgwriter("buffers_checkpoint", "buffers_written")],
      [/^pg_stat_bgwriter_checkpoint_write_time_total\{/, bgwriter("checkpoint_write_time", "write_time")],
      [/^pg_stat_archiver_archived_count\{/, "SELECT archived_count FROM pg_stat_archiver"],
      [/^pg_database_size_bytes\{datname="app",/, "SELECT pg_database_size('app')"],
      [/^pg_stat_database_tup_inserted\{.*datname="app",/, app("tup_inserted")],
      [/^pg_stat_database_blks_read\{.*datname="app",/, app("blks_read")],
      [/^pg_replication_slots_active\{/, "SELECT active::int FROM pg_replication_slots"],
    ] as const;
    const queries = numbers.map(([, query]) => query);
    const read = async () => (await primary.sql(...queries)).split("\n").map(Number);
    let [told, shown, toldAfter]: number[][] = [];
    // Where one of them moved meanwhile, nobody can say when.
    for (let tries = 0; tries < 10 && (told === undefined || told.join() !== toldAfter?.join()); tries++) {
      told = await read();
      const families = await familiesOf(exporter);
      shown = numbers.map(([series]) => valueIn(families, series));
      toldAfter = await read();
    }
    assert.deepEqual(shown, told);
  });

  it("postgres exporter knows how many buffers backends wrote, of which newer versions tell elsewhere", async () => {
    const pages = Number(await primary.sql("SELECT pg_relation_size('t') / current_setting('block_size')::int"));
    assert.ok(pages > 128, "all of it fits into the buffers");
    const families = await familiesOf(exporter);
    const written = valueIn(families, /^pg_stat_bgwriter_buffers_backend_total\{/);
    // Once to make its file longer, once as it is; the rest is for the database that was made, and the catalog.
    assert.ok(written >= pages && written < 3 * pages + 128, `${written} for ${pages} pages`);
    assert.equal(valueIn(families, /^pg_stat_bgwriter_buffers_backend_fsync_total\{/), 0);
  });

  it("postgres exporter has each setting in the unit that the server converts it to", async () => {
    const told = (await primary.sql(CONVERTED)).split("\n").map((line) => line.split("|"));
    const shown = [...await familiesOf(exporter)].filter(([name]) => name.startsWith("pg_settings_"))
      .map(([name, { samples }]) => [name, samples[0]?.split(" ").at(-1)]);
    assert.ok(shown.length > 200);
    const numbers = (settings: readonly (readonly (string | undefined)[])[]) =>
      Object.fromEntries(
        settings.filter(([name]) => !OF_SESSION.test(name!)).map(([name, value]) => [name, Number(value)]),
      );
    assert.deepEqual(numbers(shown), numbers(told));
  });

  it("postgres exporter sees the standby, and serves it too", async () => {
    const [lag = ""] = (await familiesOf(exporter)).get("pg_stat_replication_pg_wal_lsn_diff")?.samples ?? [];
    assert.match(lag, /slot_name="standby",state="streaming"\} \d/);
    await using ofStandby = await startOurs(standby.dataSource());
    const text = await scrape(ofStandby.url);
    assertWhole(text, ofStandby);
    assert.match(text ?? "", /^pg_settings_hot_standby\{.*\} 1$/m);
  });

  it("postgres exporter runs the query that is for this version", async () => {
    const text = await scrape(exporter.url) ?? "";
    const name = version < 13 ? "pg_statements_12" : "pg_statements_13";
    assert.deepEqual(text.match(/(?<=^pg_exporter_query_success\{query=").*(?=",server="[^"]+"\} 1$)/gm), [name]);
    assert.ok(valueIn(readFamilies(text, /^pg_statements_/), new RegExp(`^${name}_milliseconds\\{`)) > 0);
  });
}

/** Checks that every collector succeeded, and that no line of the log is worse than information. */
function assertWhole(text: string | undefined, exporter: Server): void {
  assert.ok(text !== undefined);
  const outcomes = text.match(/(?<=^pg_scrape_collector_success\{).*$/gm) ?? [];
  assert.ok(outcomes.length > 10);
  assert.deepEqual(outcomes.filter((outcome) => !outcome.endsWith("} 1")), [], exporter.stderr());
  assert.equal(valueOf(text, "pg_up"), 1);
  assert.equal(valueOf(text, "pg_exporter_last_scrape_error"), 0);
  assert.doesNotMatch(exporter.stdout() + exporter.stderr(), /level=(warn|error)/);
}

async function familiesOf({ url }: Server): Promise<Map<string, Family>> {
  return readFamilies(await scrape(url) ?? "", UPSTREAM);
}

/** The value of the one sample that matches. */
function valueIn(families: ReadonlyMap<string, Family>, series: RegExp): number {
  const found = [...families.values()].flatMap(({ samples }) => samples).filter((sample) => series.test(sample));
  assert.equal(found.length, 1, `${series} matches ${found.join("; ")}`);
  return Number(found[0]?.split(" ").at(-1));
}

async function until(postgres: Postgres, query: string, isIt: (answer: string) => boolean): Promise<void> {
  while (!isIt(await postgres.sql(query))) await new Promise((resolve) => setTimeout(resolve, 50));
}
