/** What the MySQL exporter says when MariaDB is in trouble, and what the exporter that it replaces says then. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { UpstreamFailure } from "@exporterkit/core";
import { type Server, startServer } from "../_process.ts";
import { failureOf, readFamilies, valueOf } from "./_families.ts";
import {
  ACCOUNT,
  dataSourceName,
  type Mariadb,
  needsMariadb,
  needsOriginal,
  startMariadb,
  startOriginal,
} from "./_mariadb.ts";
import { scrape } from "./_scrape.ts";

const EXPORTER = new URL("../../plugins/mysqld_exporter/exporter.ts", import.meta.url).pathname;

/** Families of collectors that are on by default: there are more than 700. */
const BY_DEFAULT = /^mysql_(global_status|global_variables|info_schema_innodb)_/;
const HEARTBEAT = /^mysql_heartbeat_/;

/** A heartbeat that takes longer than anybody waits. */
const SLOW = ["--collect.heartbeat", "--collect.heartbeat.table=slow"];

interface Trouble {
  readonly what: string;
  readonly args?: readonly string[];
  begin(mariadb: Mariadb): unknown;
  end(mariadb: Mariadb): unknown;
  /** The collectors that fail meanwhile. */
  readonly fails: "all" | "heartbeat";
  /** How they fail, by the label of the metric and in the log. */
  readonly reason: "down" | "error" | "timeout" | "denied";
  /** What `mysql_scrape_upstream_failure` says; `undefined` while the server answers. */
  readonly failure?: UpstreamFailure;
  readonly logged: RegExp;
  /** What the original answers within the same time. */
  readonly original: { readonly up: 0 | 1; readonly has: keyof typeof LEFT };
}

/** How many of the default families the original has. It asks on one connection, in an order that chance decides. */
const LEFT = {
  "all but the heartbeat": (families: number) => families > 700,
  "what came before the heartbeat": (families: number) => families >= 0,
  "nothing of the server": (families: number) => families === 0,
};

const TROUBLES: readonly Trouble[] = [
  {
    what: "refuses connections",
    begin: (mariadb) => mariadb.stop(),
    end: (mariadb) => mariadb.start(),
    fails: "all",
    reason: "down",
    failure: "refused",
    logged: /Upstream not reached.*Cannot connect to 127.0.0.1:\d+ as user \\"exporter\\": .*ECONNREFUSED/,
    original: { up: 0, has: "nothing of the server" },
  },
  {
    what: "hangs",
    begin: (mariadb) => mariadb.hang(),
    end: (mariadb) => mariadb.goOn(),
    fails: "all",
    reason: "down",
    failure: "timeout",
    logged: /Upstream not reached.*had not ended at the scrape's deadline/,
    original: { up: 0, has: "nothing of the server" },
  },
  {
    what: "takes too long for one statement",
    args: SLOW,
    begin: (mariadb) =>
      mariadb.sql("CREATE OR REPLACE VIEW heartbeat.slow AS SELECT SLEEP(1000) AS ts, 7 AS server_id"),
    end: (mariadb) => mariadb.sql("CREATE OR REPLACE VIEW heartbeat.slow AS SELECT * FROM heartbeat.heartbeat"),
    fails: "heartbeat",
    reason: "timeout",
    logged: /Collector failed.*collector=heartbeat reason=timeout/,
    original: { up: 1, has: "what came before the heartbeat" },
  },
  {
    what: "has a table locked",
    args: ["--collect.heartbeat"],
    begin: lockHeartbeat,
    end: unlockHeartbeat,
    fails: "heartbeat",
    reason: "error",
    logged: /Collector failed.*collector=heartbeat reason=error error="Lock wait timeout exceeded/,
    original: { up: 1, has: "all but the heartbeat" },
  },
  {
    what: "has taken a right away",
    args: ["--collect.heartbeat"],
    // Sessions keep the rights that they began with.
    begin: (mariadb) => mariadb.sql(`REVOKE SELECT ON *.* FROM '${ACCOUNT.user}'@'%'; KILL USER ${ACCOUNT.user}`),
    end: (mariadb) => mariadb.sql(`GRANT SELECT ON *.* TO '${ACCOUNT.user}'@'%'`),
    fails: "heartbeat",
    reason: "denied",
    logged:
      /Collector failed.*collector=heartbeat reason=denied error="The account lacks a right: .*denied to user 'exporter'/,
    original: { up: 1, has: "all but the heartbeat" },
  },
];

describe("MySQL exporter", needsMariadb(), () => {
  let mariadb: Mariadb;
  before(async () => {
    mariadb = await startWithHeartbeat();
  });
  after(() => mariadb?.[Symbol.asyncDispose]());

  for (const { what, args, begin, end, fails, reason, failure, logged } of TROUBLES) {
    it(`MySQL exporter answers in time while MariaDB ${what}, and is whole again after that`, async () => {
      await using exporter = await startOurs(mariadb, args);
      const heartbeats = args === undefined ? 0 : 2;
      assertWhole(await scrape(exporter.url), heartbeats);

      await begin(mariadb);
      const failing = await scrape(exporter.url) ?? "";
      await end(mariadb);
      assert.equal(valueOf(failing, "mysql_up"), fails === "all" ? 0 : 1);
      assert.equal(failureOf(failing, "mysql"), failure);
      assert.equal(readFamilies(failing, HEARTBEAT).size, 0);
      const others = readFamilies(failing, BY_DEFAULT).size;
      assert.ok(fails === "all" ? others === 0 : others > 700, `${others} families of other collectors`);
      const failed = [...failing.matchAll(/^mysql_scrape_collector_success\{collector="(.+)"\} 0$/gm)]
        .map(([, name]) => name!);
      if (fails === "all") assert.equal(failed.length, 6);
      else assert.deepEqual(failed, [fails]);
      for (const name of failed) {
        const counted = `mysql_scrape_collector_failures_total{collector="${name}",reason="${reason}"} 1\n`;
        assert.ok(failing.includes(counted), counted);
      }
      assert.match(failing, /^process_start_time_seconds /m);
      assert.match(exporter.stderr(), logged);
      assert.ok(!exporter.stderr().includes(ACCOUNT.password));

      assertWhole(await scrape(exporter.url), heartbeats);
    });
  }

  it("MySQL exporter ends a statement at the server when nobody waits for it any more", async () => {
    await mariadb.sql("CREATE OR REPLACE VIEW heartbeat.slow AS SELECT SLEEP(1000) AS ts, 7 AS server_id");
    await using exporter = await startOurs(mariadb, SLOW);
    for (let scrapes = 0; scrapes < 2; scrapes++) await scrape(exporter.url);
    const left = "SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'exporter' AND command = 'Query'";
    let running = "";
    for (let tries = 0; tries < 50 && running !== "0"; tries++) {
      running = (await mariadb.sql(left)).trim();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.equal(running, "0");
    assert.doesNotMatch(exporter.stderr(), /level=warn/);
  });

  it("MySQL exporter starts without MariaDB, and is whole as soon as it is there", async () => {
    await mariadb.stop();
    await using exporter = await startOurs(mariadb);
    assert.equal(valueOf(await scrape(exporter.url) ?? "", "mysql_up"), 0);
    await mariadb.start();
    assertWhole(await scrape(exporter.url));
  });

  it("MySQL exporter is whole in the first scrape after MariaDB was restarted", async () => {
    await using exporter = await startOurs(mariadb);
    assertWhole(await scrape(exporter.url));
    await mariadb.stop();
    await mariadb.start();
    const text = await scrape(exporter.url);
    assertWhole(text);
    assert.doesNotMatch(text!, /failures_total\{.*\} [1-9]/);
  });

  it("MySQL exporter reads a password anew when it was changed", async () => {
    const file = `${mariadb.folder}/password`;
    await Deno.writeTextFile(file, "outdated");
    const args = [
      `--mysqld.address=127.0.0.1:${mariadb.port}`,
      "--mysqld.username=exporter",
      `--password-file=${file}`,
    ];
    await using exporter = await startServer({
      path: Deno.execPath(),
      args: ["run", "-A", EXPORTER, "--web.listen-address=127.0.0.1:0", ...args],
    });
    assert.equal(failureOf(await scrape(exporter.url) ?? "", "mysql"), "unauthenticated");
    assert.match(
      exporter.stderr(),
      /Cannot connect to 127.0.0.1:\d+ as user \\"exporter\\": Access denied for user 'exporter'/,
    );
    await Deno.writeTextFile(file, `${ACCOUNT.password}\n`);
    assertWhole(await scrape(exporter.url));
    assert.doesNotMatch(exporter.stderr(), /outdated/);
  });

  it("MySQL exporter does with as many connections as its account may have, or says which limit is in its way", async () => {
    const allow = (most: number) => mariadb.sql(`ALTER USER '${ACCOUNT.user}'@'%' WITH MAX_USER_CONNECTIONS ${most}`);
    await allow(1);
    try {
      await using modest = await startOurs(mariadb, ["--mysqld.max-connections=1"]);
      for (let scrapes = 0; scrapes < 2; scrapes++) assertWhole(await scrape(modest.url));
      await modest.stop();
      await using exporter = await startOurs(mariadb);
      assert.match(await scrape(exporter.url) ?? "", /^mysql_scrape_collector_failures_total\{.*reason="error"\} 1$/m);
      assert.match(exporter.stderr(), /reason=error error="Cannot connect to .*'max_user_connections'/);
    } finally {
      await allow(0);
    }
  });
});

describe("the original", needsOriginal(), () => {
  let mariadb: Mariadb;
  before(async () => {
    mariadb = await startWithHeartbeat();
  });
  after(() => mariadb?.[Symbol.asyncDispose]());

  for (const { what, args, begin, end, original: { up, has } } of TROUBLES) {
    it(`the original has mysql_up ${up} and ${has} in the same time while MariaDB ${what}`, async () => {
      await using exporter = await startOriginal(dataSourceName(mariadb.port), args);
      assertWhole(await scrape(exporter.url), args === undefined ? 0 : 2);
      await begin(mariadb);
      const failing = await scrape(exporter.url) ?? "";
      await end(mariadb);
      assert.equal(valueOf(failing, "mysql_up"), up);
      const others = readFamilies(failing, BY_DEFAULT).size;
      assert.ok(LEFT[has](others), `${others} families`);
      assertWhole(await scrape(exporter.url), args === undefined ? 0 : 2);
    });
  }
});

async function startWithHeartbeat(): Promise<Mariadb> {
  const mariadb = await startMariadb();
  await mariadb.sql(`CREATE DATABASE heartbeat;
    CREATE TABLE heartbeat.heartbeat (ts VARCHAR(26) NOT NULL, server_id INT UNSIGNED NOT NULL PRIMARY KEY);
    INSERT INTO heartbeat.heartbeat VALUES ('2026-11-29T10:00:00.000001', 7);
    CREATE VIEW heartbeat.slow AS SELECT * FROM heartbeat.heartbeat`);
  return mariadb;
}

function startOurs({ port }: Mariadb, args: readonly string[] = []): Promise<Server> {
  const own = ["run", "-A", EXPORTER, "--web.listen-address=127.0.0.1:0", ...args];
  return startServer({ path: Deno.execPath(), args: own, env: { DATA_SOURCE_NAME: dataSourceName(port) } });
}

function assertWhole(text: string | undefined, heartbeats = 0): void {
  assert.ok(text !== undefined, "there was no answer in time");
  assert.equal(valueOf(text, "mysql_up"), 1, text);
  assert.equal(readFamilies(text, HEARTBEAT).size, heartbeats);
  const others = readFamilies(text, BY_DEFAULT).size;
  assert.ok(others > 700, `${others} families`);
  assert.doesNotMatch(text, /^mysql_scrape_collector_success\{.*\} 0$/m);
}

/** Statements that a lock is held with: its client stays until the sleep is ended. */
const HOLD = "LOCK TABLES heartbeat.heartbeat WRITE; SELECT SLEEP(1000) AS holding";

async function lockHeartbeat(mariadb: Mariadb): Promise<void> {
  mariadb.sql(HOLD).catch(() => {});
  while (await holder(mariadb) === "") await new Promise((resolve) => setTimeout(resolve, 20));
}

async function unlockHeartbeat(mariadb: Mariadb): Promise<void> {
  await mariadb.sql(`KILL ${await holder(mariadb)}`);
  while (await holder(mariadb) !== "") await new Promise((resolve) => setTimeout(resolve, 20));
}

async function holder(mariadb: Mariadb): Promise<string> {
  const found = "SELECT id FROM information_schema.processlist WHERE info = 'SELECT SLEEP(1000) AS holding'";
  return (await mariadb.sql(found)).trim();
}
