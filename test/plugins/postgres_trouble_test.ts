/** What the PostgreSQL exporter says when PostgreSQL is in trouble, and what the exporter that it replaces did then. */
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { UpstreamFailure } from "@exporterkit/core";
import { failureOf, readFamilies, valueOf } from "./_families.ts";
import { needsOriginal, needsPostgres, type Postgres, preparePostgres, startOriginal, startOurs } from "./_postgres.ts";
import { scrape } from "./_scrape.ts";

const COLLECTORS = [
  "bgwriter",
  "database",
  "locks",
  "replication_slots",
  "settings",
  "stat_activity",
  "stat_archiver",
  "stat_database",
  "stat_database_conflicts",
  "stat_replication",
  "version",
];

interface Trouble {
  readonly what: string;
  begin(postgres: Postgres): Promise<unknown>;
  end(postgres: Postgres): unknown;
  /** What `pg_scrape_upstream_failure` says. */
  readonly reason: UpstreamFailure;
  readonly logged: RegExp;
  /** What the original says in the time that a scrape has. */
  readonly original: "pg_up 0" | "pg_up 1" | "nothing";
}

const TROUBLES: readonly Trouble[] = [
  {
    what: "refuses connections",
    begin: (postgres) => postgres.stop(),
    end: (postgres) => postgres.start(),
    reason: "refused",
    logged: /Upstream not reached.*Cannot reach PostgreSQL at 127.0.0.1:\d+: connect ECONNREFUSED/,
    original: "pg_up 0",
  },
  {
    what: "hangs",
    begin: (postgres) => postgres.hang(),
    end: (postgres) => postgres.goOn(),
    reason: "timeout",
    logged: /Upstream not reached.*had not ended/,
    original: "nothing",
  },
  {
    what: "wants another password",
    begin: async (postgres) => {
      await postgres.sql("ALTER ROLE monitor PASSWORD 'another'");
      await disconnect(postgres);
    },
    end: (postgres) => postgres.sql("ALTER ROLE monitor PASSWORD 'monitor'"),
    reason: "unauthenticated",
    logged:
      /Upstream not reached.*refuses user \\"monitor\\" for database \\"postgres\\": password authentication failed/,
    original: "pg_up 0",
  },
  {
    what: "has no connection left",
    begin: async (postgres) => {
      await postgres.sql("ALTER ROLE monitor CONNECTION LIMIT 0");
      await disconnect(postgres);
    },
    end: (postgres) => postgres.sql("ALTER ROLE monitor CONNECTION LIMIT -1"),
    reason: "error",
    logged: /Upstream not reached.*refuses user \\"monitor\\".*: too many connections for role/,
    original: "pg_up 0",
  },
];

describe("postgres exporter", needsPostgres(), () => {
  let postgres: Postgres;
  before(async () => {
    postgres = await preparePostgres();
  });
  beforeEach(() => postgres.start());
  afterEach(() => postgres.stop());
  after(() => postgres?.[Symbol.asyncDispose]());

  for (const { what, begin, end, reason, logged } of TROUBLES) {
    it(`postgres exporter answers in time while PostgreSQL ${what}, and is whole again after that`, async () => {
      await using exporter = await startOurs(postgres.dataSource());
      await assertWhole(exporter.url);

      await begin(postgres);
      const failing = [await scrape(exporter.url) ?? "", await scrape(exporter.url) ?? ""];
      await end(postgres);
      for (const text of failing) {
        assert.deepEqual([...readFamilies(text, /^pg_(?!exporter_|scrape_)/).keys()], ["pg_up"]);
        assert.equal(valueOf(text, "pg_up"), 0);
        assert.equal(failureOf(text, "pg"), reason);
        assert.equal(valueOf(text, "pg_exporter_last_scrape_error"), 1);
        for (const collector of COLLECTORS) assert.match(text, failed(collector, "down"));
        assert.match(text, /^process_start_time_seconds /m);
      }
      assert.match(exporter.stderr(), logged);
      assert.doesNotMatch(exporter.stderr(), /monitor:monitor|monitor@/);

      await assertWhole(exporter.url);
    });
  }

  it("postgres exporter starts without PostgreSQL, and is whole as soon as it is there", async () => {
    await postgres.stop();
    await using exporter = await startOurs(postgres.dataSource());
    assert.equal(valueOf(await scrape(exporter.url) ?? "", "pg_up"), 0);
    await postgres.start();
    await assertWhole(exporter.url);
  });

  it("postgres exporter is whole in the first scrape after PostgreSQL was restarted", async () => {
    await using exporter = await startOurs(postgres.dataSource());
    await assertWhole(exporter.url);
    await postgres.stop();
    await postgres.start();
    await assertWhole(exporter.url);
  });

  it("postgres exporter serves all other collectors while a query waits, and cancels that", async () => {
    await using exporter = await startOurs(postgres.dataSource(), ["--max-connections=2"]);
    await assertWhole(exporter.url);
    const lock = "BEGIN; LOCK TABLE pg_settings IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(60)";
    // It ends by being terminated.
    const locking = postgres.sql(lock).catch(() => {});
    const locked =
      "FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND relation = 'pg_settings'::regclass";
    while (await postgres.sql(`SELECT count(*) ${locked}`) === "0") await pause();
    const text = await scrape(exporter.url) ?? "";
    assert.equal(valueOf(text, "pg_up"), 1);
    assert.match(text, failed("settings", "timeout"));
    for (const other of COLLECTORS.filter((name) => name !== "settings")) assert.match(text, succeeded(other));
    const waiting = "FROM pg_stat_activity WHERE usename = 'monitor' AND state = 'active'";
    while (await postgres.sql(`SELECT count(*) ${waiting}`) !== "0") await pause();
    await postgres.sql(`SELECT pg_terminate_backend(pid) ${locked}`);
    await locking;
    await assertWhole(exporter.url);
  });

  it("postgres exporter says what rights are missing, and serves what needs none", async () => {
    await using exporter = await startOurs(postgres.dataSource("weak"));
    const text = await scrape(exporter.url) ?? "";
    assert.equal(valueOf(text, "pg_up"), 1);
    assert.equal(valueOf(text, "pg_exporter_last_scrape_error"), 1);
    const needing = ["stat_activity", "stat_replication"];
    for (const collector of needing) assert.match(text, failed(collector, "denied"));
    for (const collector of COLLECTORS.filter((name) => !needing.includes(name))) {
      assert.match(text, succeeded(collector));
    }
    assert.match(
      exporter.stderr(),
      /collector=stat_activity reason=denied.*hidden from role \\"weak\\".*GRANT pg_monitor TO \\"weak\\"/,
    );

    await postgres.sql("GRANT pg_monitor TO weak");
    await assertWhole(exporter.url);
    await postgres.sql("REVOKE pg_monitor FROM weak");
  });

  it("postgres exporter says that a server has no TLS", async () => {
    await using exporter = await startOurs(postgres.dataSource().replace("sslmode=disable", "sslmode=require"));
    assert.equal(failureOf(await scrape(exporter.url) ?? "", "pg"), "tls");
    assert.match(exporter.stderr(), /offers no TLS, and sslmode is require; if it needs none, say sslmode=disable/);
  });
});

describe("the original", needsOriginal(), () => {
  let postgres: Postgres;
  before(async () => {
    postgres = await preparePostgres();
  });
  beforeEach(() => postgres.start());
  afterEach(() => postgres.stop());
  after(() => postgres?.[Symbol.asyncDispose]());

  for (const { what, begin, end, original } of TROUBLES) {
    it(`the original answers ${original} while PostgreSQL ${what}`, async () => {
      await using exporter = await startOriginal(postgres.dataSource());
      assert.equal(valueOf(await scrape(exporter.url) ?? "", "pg_up"), 1);
      await begin(postgres);
      const text = await scrape(exporter.url);
      await end(postgres);
      assert.equal(text === undefined ? "nothing" : `pg_up ${valueOf(text, "pg_up")}`, original);
    });
  }

  it("the original counts no sessions of others without rights, and says nothing of it", async () => {
    await using exporter = await startOriginal(postgres.dataSource("weak"));
    await using sessions = await startOurs(postgres.dataSource());
    await assertWhole(sessions.url);
    const text = await scrape(exporter.url) ?? "";
    assert.equal(valueOf(text, "pg_up"), 1);
    assert.equal(valueOf(text, "pg_exporter_last_scrape_error"), 0);
    assert.match(text, /^pg_stat_activity_count\{datname="postgres",.*state="idle"\} [01]$/m);
    assert.doesNotMatch(exporter.output(), /level=(?:warn|error)/);
  });
});

/** Ends the sessions of the exporter, so that it has to log in anew. */
async function disconnect(postgres: Postgres): Promise<void> {
  const others = "FROM pg_stat_activity WHERE usename = 'monitor'";
  await postgres.sql(`SELECT pg_terminate_backend(pid) ${others}`);
  while (await postgres.sql(`SELECT count(*) ${others}`) !== "0") await pause();
}

async function assertWhole(url: string): Promise<string> {
  const text = await scrape(url);
  assert.ok(text !== undefined, "there was no answer in time");
  assert.equal(valueOf(text, "pg_up"), 1, text);
  assert.equal(valueOf(text, "pg_exporter_last_scrape_error"), 0);
  for (const collector of COLLECTORS) assert.match(text, succeeded(collector));
  return text;
}

function succeeded(collector: string): RegExp {
  return new RegExp(`^pg_scrape_collector_success\\{collector="${collector}"\\} 1$`, "m");
}

/** Of a collector that failed in this scrape, and for this reason at least once. */
function failed(collector: string, reason: string): RegExp {
  const failures = `^pg_scrape_collector_failures_total\\{collector="${collector}",reason="${reason}"\\} [1-9]`;
  const success = `^pg_scrape_collector_success\\{collector="${collector}"\\} 0$`;
  return new RegExp(`${failures}[^]*${success}`, "m");
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}
