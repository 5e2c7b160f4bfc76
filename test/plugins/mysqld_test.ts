/** The MySQL exporter with a real MariaDB, beside the exporter that it replaces. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Server, startServer } from "../_process.ts";
import { type Family, readFamilies, shapes, valueOf } from "./_families.ts";
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

/** What both say about the server and their scrapes; the others are about themselves. */
const UPSTREAM = /^mysql_(?!exporter_(?!collector_|last_scrape|scrape)|scrape_)/;

/** The collectors of the original that MariaDB has something for, beyond those that are on by default. */
const OPTIONAL = [
  "auto_increment.columns",
  "binlog_size",
  "engine_innodb_status",
  "heartbeat",
  "info_schema.clientstats",
  "info_schema.innodb_metrics",
  "info_schema.processlist",
  "info_schema.schemastats",
  "info_schema.tables",
  "info_schema.tablestats",
  "info_schema.userstats",
  "mysql.user",
  "perf_schema.eventsstatements",
  "perf_schema.eventsstatementssum",
  "perf_schema.eventswaits",
  "perf_schema.file_events",
  "perf_schema.file_instances",
  "perf_schema.indexiowaits",
  "perf_schema.memory_events",
  "perf_schema.tableiowaits",
  "perf_schema.tablelocks",
];

/** Families whose values are the same whenever they are asked for, or that nobody else changes here. */
const UNMOVED = new RegExp([
  "^mysql_version_info$",
  "^mysql_transaction_isolation$",
  "^mysql_galera_variables_info$",
  "^mysql_global_variables_",
  "^mysql_slave_status_(?!relay_log_space)",
  "^mysql_info_schema_innodb_cmp",
  "^mysql_info_schema_(auto_increment|table_(rows|size|version))",
  "^mysql_info_schema_(table|schema)_statistics_rows_changed",
  "^mysql_heartbeat_stored",
  "^mysql_mysql_",
  "^mysql_binlog_",
  "^mysql_exporter_(last_scrape|scrape)",
].join("|"));

describe("MySQL exporter beside the original", needsOriginal(), () => {
  let source: Mariadb;
  let replica: Mariadb;
  before(async () => {
    [source, replica] = await Promise.all([
      startMariadb(["--server-id=1", "--log-bin=binlog", "--performance-schema=ON", "--userstat=ON"]),
      startMariadb(["--server-id=2"]),
    ]);
    await source.sql(`INSTALL SONAME 'query_response_time'; SET GLOBAL query_response_time_stats = ON;
      CREATE DATABASE shop; CREATE DATABASE heartbeat;
      CREATE TABLE shop.orders (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, note VARCHAR(20), KEY (note))
        ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=4;
      USE shop; INSERT INTO orders (note) VALUES ('a'), ('b'); UPDATE orders SET note = 'c' WHERE id = 1;
      SELECT * FROM orders WHERE note = 'c'; ANALYZE TABLE orders;
      CREATE TABLE heartbeat.heartbeat (ts VARCHAR(26) NOT NULL, server_id INT UNSIGNED NOT NULL PRIMARY KEY);
      INSERT INTO heartbeat.heartbeat VALUES ('2026-11-29T10:00:00.000001', 7)`);
    await replica.sql(`CHANGE MASTER 'shop' TO MASTER_HOST='127.0.0.1', MASTER_PORT=${source.port},
      MASTER_USER='nobody', MASTER_PASSWORD='x'; START ALL SLAVES`);
  });
  after(async () => {
    await Promise.all([source?.[Symbol.asyncDispose](), replica?.[Symbol.asyncDispose]()]);
  });

  it("MySQL exporter has the families of the original, with the same types, label names and unmoved values", async () => {
    const [theirs, ours] = await scrapeBoth(source);
    assert.deepEqual(shapes(ours), shapes(theirs));
    assert.deepEqual(unmoved(ours), unmoved(theirs));
    assert.ok(theirs.size > 790, `the original has ${theirs.size} families`);
    assert.equal(ours.get("mysql_info_schema_query_response_time_seconds")?.type, "histogram");
  });

  it("MySQL exporter has what the original says of replication", async () => {
    const [theirs, ours] = await scrapeBoth(replica);
    const replication = [...theirs.keys()].filter((name) => name.startsWith("mysql_slave_status_"));
    assert.ok(replication.length > 20, `the original has ${replication}`);
    assert.deepEqual(shapes(ours), shapes(theirs));
    assert.deepEqual(unmoved(ours), unmoved(theirs));
  });

  it("MySQL exporter has what the original has of its other collectors, by the same flags", async () => {
    const flags = OPTIONAL.map((name) => `--collect.${name}`);
    const args = [...flags, "--collect.mysql.user.privileges", "--collect.info_schema.tables.databases=shop,heartbeat"];
    // Somebody for the list of processes.
    const sleeping = source.sql("SELECT SLEEP(60) AS sleeping").catch(() => {});
    const [theirs, ours] = await scrapeBoth(source, args);
    const threads = "SELECT id FROM information_schema.processlist WHERE info = 'SELECT SLEEP(60) AS sleeping'";
    await source.sql(`KILL QUERY ${(await source.sql(threads)).trim()}`);
    await sleeping;
    // MariaDB's only, so that the original, which asks for columns by name, does not have it.
    ours.delete("mysql_mysql_delete_history_priv");
    assert.deepEqual(shapes(ours), shapes(theirs));
    assert.deepEqual(unmoved(ours), unmoved(theirs));
    assert.ok(theirs.size > 950, `the original has ${theirs.size} families`);
  });
});

describe("MySQL exporter", needsMariadb(), () => {
  let mariadb: Mariadb;
  before(async () => {
    mariadb = await startMariadb();
  });
  after(() => mariadb?.[Symbol.asyncDispose]());

  const { user, password } = ACCOUNT;
  const ways: [what: string, given: (mariadb: Mariadb) => Promise<Given> | Given][] = [
    ["the data source name of the original", ({ port }) => ({ env: { DATA_SOURCE_NAME: dataSourceName(port) } })],
    ["a data source name in a file", async ({ port, folder }) => {
      await Deno.writeTextFile(`${folder}/dsn`, `${dataSourceName(port)}\n`);
      return { args: [`--data-source-name-file=${folder}/dsn`] };
    }],
    ["a data source name with a Unix socket", ({ folder }) => ({
      env: { DATA_SOURCE_NAME: `${user}:${password}@unix(${folder}/mariadb.sock)/mysql?timeout=5s` },
    })],
    ["an address, a user and a password", ({ port }) => ({
      args: [`--mysqld.address=localhost:${port}`, `--mysqld.username=${user}`],
      env: { MYSQLD_EXPORTER_PASSWORD: password },
    })],
    ["an option file", async ({ port, folder }) => {
      await Deno.writeTextFile(
        `${folder}/my.cnf`,
        `[client]\nuser = ${user}\npassword = "${password}" # secret\nhost=127.0.0.1\nport=${port}\n`,
      );
      return { args: [`--config.my-cnf=${folder}/my.cnf`] };
    }],
    ["the option file in the home folder", async ({ folder }) => {
      await Deno.mkdir(`${folder}/home`);
      await Deno.writeTextFile(
        `${folder}/home/.my.cnf`,
        `[client]\nuser=${user}\npassword='${password}'\nsocket=${folder}/mariadb.sock\n`,
      );
      return { env: { HOME: `${folder}/home` } };
    }],
  ];
  for (const [what, given] of ways) {
    it(`MySQL exporter is told of the server by ${what}`, async () => {
      const { args, env } = await given(mariadb);
      await using exporter = await startOurs(args, env);
      const text = await scrape(exporter.url) ?? "";
      assert.equal(valueOf(text, "mysql_up"), 1, exporter.stderr());
      assert.equal(valueOf(text, "mysql_global_variables_port"), mariadb.port);
    });
  }

  it("MySQL exporter says what is missing when it is told of no server", async () => {
    await using exporter = await startOurs([], { HOME: mariadb.folder });
    assert.equal(valueOf(await scrape(exporter.url) ?? "", "mysql_up"), 0);
    assert.match(exporter.stderr(), /Upstream not reached.*expected DATA_SOURCE_NAME, --mysqld.username or a user/);
  });

  it("MySQL exporter does with two connections, and keeps them", async () => {
    await using exporter = await startOurs([], { DATA_SOURCE_NAME: dataSourceName(mariadb.port) });
    const connections = async () => Number((await mariadb.sql("SHOW GLOBAL STATUS LIKE 'Connections'")).split("\t")[1]);
    await scrape(exporter.url);
    const first = await connections();
    for (let i = 0; i < 5; i++) assert.equal(valueOf(await scrape(exporter.url) ?? "", "mysql_up"), 1);
    // The client that asks is one more.
    assert.equal(await connections() - first, 1);
    const mine = await mariadb.sql(`SELECT COUNT(*) FROM information_schema.processlist WHERE user = '${user}'`);
    assert.equal(mine.trim(), "2");
    const waits = await mariadb.sql("SELECT @@GLOBAL.lock_wait_timeout");
    assert.notEqual(waits.trim(), "2");
    await exporter.stop();
    const left = await mariadb.sql(`SELECT COUNT(*) FROM information_schema.processlist WHERE user = '${user}'`);
    assert.equal(left.trim(), "0");
  });

  it("MySQL exporter switches collectors by the flags of the original", async () => {
    const flags = ["--no-collect.global_variables", "--collect.binlog_size", "--no-collect.slave_status"];
    await using exporter = await startOurs(flags, { DATA_SOURCE_NAME: dataSourceName(mariadb.port) });
    const text = await scrape(exporter.url) ?? "";
    const collectors = [...text.matchAll(/^mysql_scrape_collector_success\{collector="(.+)"\} 1$/gm)].map(([, name]) =>
      name
    );
    assert.deepEqual(collectors, [
      "global_status",
      "info_schema.innodb_cmp",
      "info_schema.innodb_cmpmem",
      "info_schema.query_response_time",
      "binlog_size",
    ]);
  });
});

interface Given {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

function startOurs(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Server> {
  const own = ["run", "-A", EXPORTER, "--web.listen-address=127.0.0.1:0", ...args];
  return startServer({ path: Deno.execPath(), args: own, env });
}

async function scrapeBoth(
  { port }: Mariadb,
  args: readonly string[] = [],
): Promise<[theirs: Map<string, Family>, ours: Map<string, Family>]> {
  await using theirs = await startOriginal(dataSourceName(port), args);
  await using ours = await startOurs(args, { DATA_SOURCE_NAME: dataSourceName(port) });
  const read = async (url: string) => readFamilies(withoutEmptyLabels(await scrape(url) ?? ""), UPSTREAM);
  // Each asks something that the other has not: from the second time on, all tables are known to the server.
  await read(theirs.url);
  await read(ours.url);
  return [await read(theirs.url), await read(ours.url)];
}

/** A label without a value means the same as none. */
function withoutEmptyLabels(text: string): string {
  return text.replace(/(?<=[{,])\w+="",?|,\w+=""(?=\})/g, "").replace(/,\}/g, "}");
}

function unmoved(families: ReadonlyMap<string, Family>): Record<string, readonly string[]> {
  const kept = [...families].filter(([name]) => UNMOVED.test(name));
  return Object.fromEntries(kept.map(([name, { samples }]) => [name, samples]));
}
