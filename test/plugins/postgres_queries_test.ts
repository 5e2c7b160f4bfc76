/** Queries of one's own, by the postgres exporter and by the one that it replaces. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { readFamilies } from "./_families.ts";
import { needsOriginal, needsPostgres, type Postgres, preparePostgres, startOriginal, startOurs } from "./_postgres.ts";
import { scrape } from "./_scrape.ts";

const QUERIES = `
app_orders:
  query: "SELECT current_database() AS datname, 'open' AS state, 3 AS waiting, 12 AS taken, 1.5 AS age, true AS busy, '5s' AS oldest, now() AS unread"
  metrics:
    - datname: { usage: "LABEL", description: "Name of the database" }
    - state: { usage: "LABEL", description: "State of the orders" }
    - waiting: { usage: "GAUGE", description: "Orders that wait" }
    - taken: { usage: "COUNTER", description: "Orders that were taken" }
    - busy: { usage: "GAUGE", description: "Whether somebody works" }
    - oldest: { usage: "DURATION", description: "Age of the oldest order" }
    - unread: { usage: "DISCARD", description: "Not shown" }
app_mode:
  query: "SELECT 'slow' AS mode, NULL::int AS nothing, '2026-01-02 03:04:05Z'::timestamptz AS since"
  master: true
  metrics:
    - mode: { usage: "MAPPEDMETRIC", description: "Mode of the shop", metric_mapping: { fast: 1, slow: 2 } }
    - nothing: { usage: "GAUGE", description: "Nothing" }
    - since: { usage: "GAUGE", description: "When it began" }
app_newer:
  query: "SELECT 1 AS one"
  master: true
  runonserver: ">=99.0.0"
  metrics:
    - one: { usage: "GAUGE", description: "One" }
`;

describe("postgres exporter with --extend.query-path", needsPostgres(), () => {
  let postgres: Postgres;
  let folder: string;
  before(async () => {
    postgres = await preparePostgres();
    await postgres.start();
    folder = await Deno.makeTempDir({ prefix: "exporterkit-postgres-" });
  });
  after(async () => {
    await postgres?.[Symbol.asyncDispose]();
    await Deno.remove(folder, { recursive: true });
  });
  async function withQueries(text: string, ...more: string[]): Promise<string[]> {
    await Deno.writeTextFile(`${folder}/queries.yaml`, text);
    return [`--extend.query-path=${folder}/queries.yaml`, ...more];
  }
  const shown = (text: string | undefined) =>
    Object.fromEntries(
      [...readFamilies(text ?? "", /^app_/)].map(([name, { type, samples }]) => [name, [type, ...samples]]),
    );

  it("postgres exporter shows what the original shows", needsOriginal(), async () => {
    const args = await withQueries(QUERIES);
    await using theirs = await startOriginal(postgres.dataSource(), args);
    await using ours = await startOurs(postgres.dataSource(), args);
    const [left, right] = [shown(await scrape(theirs.url)), shown(await scrape(ours.url))];
    assert.deepEqual(common(right), common(left));
    assert.deepEqual(right.app_orders_taken, [
      "counter",
      `app_orders_taken{datname="postgres",server="127.0.0.1:${postgres.port}",state="open"} 12`,
    ]);
    const label = `server="127.0.0.1:${postgres.port}"`;
    assert.deepEqual(right.app_mode_mode, ["gauge", `app_mode_mode{${label}} 2`]);
    assert.deepEqual(right.app_orders_oldest_milliseconds, [
      "gauge",
      `app_orders_oldest_milliseconds{datname="postgres",${label},state="open"} 5000`,
    ]);
    assert.equal(right.app_newer_one, undefined);
    assert.equal(Object.keys(right).length, 8);
  });

  it("postgres exporter asks the other databases too, as the original does", needsOriginal(), async () => {
    const args = await withQueries(QUERIES, "--auto-discover-databases", "--exclude-databases=template0,template1");
    await using theirs = await startOriginal(postgres.dataSource(), args);
    await using ours = await startOurs(postgres.dataSource(), args);
    const [left, right] = [shown(await scrape(theirs.url)), shown(await scrape(ours.url))];
    assert.deepEqual(common(right), common(left));
    assert.deepEqual(
      right.app_orders_waiting!.slice(1).map((sample) => /datname="(\w+)"/.exec(sample)?.[1]),
      ["app", "postgres"],
    );
  });

  it("postgres exporter shows all others when a query fails, and says which", async () => {
    const failing = `
app_broken: { query: "SELECT nonsense", metrics: [] }
app_twice: { query: "SELECT generate_series(1, 2) AS number", metrics: [] }
pg_database: { query: "SELECT datname, 1 AS size_bytes FROM pg_database", metrics: [{ datname: { usage: LABEL } }] }
`;
    await using exporter = await startOurs(postgres.dataSource(), await withQueries(QUERIES + failing));
    await scrape(exporter.url);
    const text = await scrape(exporter.url) ?? "";
    assert.match(text, /^app_mode_mode\{.*\} 2$/m);
    assert.match(text, /^pg_scrape_collector_success\{collector="queries"\} 1$/m);
    const outcomes = text.match(/(?<=^pg_exporter_query_success\{query=").*$/gm)?.sort();
    assert.deepEqual(outcomes?.map((line) => line.replace(/",server="[^"]+"\}/, "")), [
      "app_broken 0",
      "app_mode 1",
      "app_orders 1",
      "app_twice 0",
      "pg_database 0",
    ]);
    for (
      const said of [
        /query=app_broken error=.*column \\"nonsense\\" does not exist/,
        /query=app_twice error=.*is there twice; add a LABEL/,
        /query=pg_database error=.*metric \\"pg_database_size_bytes\\" is built in/,
      ]
    ) assert.equal(exporter.stderr().match(new RegExp(said, "g"))?.length, 1, exporter.stderr());
  });

  it("postgres exporter keeps an answer for cache_seconds", async () => {
    await postgres.sql("CREATE SEQUENCE asked", "GRANT USAGE ON SEQUENCE asked TO monitor");
    const query = (cache: number) =>
      `app_cached: { query: "SELECT nextval('asked') AS times", cache_seconds: ${cache}, metrics: [] }\n`;
    await using caching = await startOurs(postgres.dataSource(), await withQueries(query(600)));
    const times = async (url: string) => /^app_cached_times\{.*\} (\d+)$/m.exec(await scrape(url) ?? "")?.[1];
    assert.deepEqual([await times(caching.url), await times(caching.url)], ["1", "1"]);
    await using fresh = await startOurs(postgres.dataSource(), await withQueries(query(0)));
    assert.deepEqual([await times(fresh.url), await times(fresh.url)], ["2", "3"]);
  });

  it("postgres exporter reads the file again when it reloads", async () => {
    const query = (name: string) => `app_${name}: { query: "SELECT 1 AS one", metrics: [] }\n`;
    await using exporter = await startOurs(postgres.dataSource(), await withQueries(query("before")));
    assert.deepEqual(Object.keys(shown(await scrape(exporter.url))), ["app_before_one"]);
    await withQueries(query("after"));
    exporter.signal("SIGHUP");
    while (!/reload/i.test(exporter.stderr())) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(Object.keys(shown(await scrape(exporter.url))), ["app_after_one"]);
  });

  it("postgres exporter says what is wrong with the file, and serves everything else", async () => {
    const args = await withQueries("app: { query: 1, metrics: [] }");
    await using exporter = await startOurs(postgres.dataSource(), args);
    const text = await scrape(exporter.url) ?? "";
    assert.match(text, /^pg_scrape_collector_success\{collector="queries"\} 0$/m);
    assert.match(text, /^pg_scrape_collector_success\{collector="locks"\} 1$/m);
    assert.match(exporter.stderr(), /collector=queries reason=error error="Cannot use the queries of .*: app.query: /);
  });
});

describe("postgres exporter with a file that may be no file of queries", needsOriginal(), () => {
  it("postgres exporter tells of the file what the original tells", async () => {
    await using postgres = await preparePostgres();
    await postgres.start();
    const path = `${postgres.folder}/queries.yaml`;
    const told = (text: string) => text.match(/^pg_exporter_user_queries_load_error.*$/gm);
    for (const [content, value] of [[QUERIES, 0], ["app: [", 1], [undefined, 1]] as const) {
      if (content === undefined) await Deno.remove(path);
      else await Deno.writeTextFile(path, content);
      await using theirs = await startOriginal(postgres.dataSource(), [`--extend.query-path=${path}`]);
      await using ours = await startOurs(postgres.dataSource(), [`--extend.query-path=${path}`]);
      const [left, right] = [await scrape(theirs.url) ?? "", await scrape(ours.url) ?? ""].map(told);
      assert.deepEqual(right, left);
      assert.match(right?.join() ?? "", new RegExp(`^\\S+ ${value}$`));
    }
  });
});

/** Without what release 0.11 of the original does otherwise: it shows neither mapped metrics nor durations of a file, and
 * queries of other versions too. */
function common<Shown>(families: Readonly<Record<string, Shown>>): Record<string, Shown> {
  const other = /^app_(?:mode_mode|orders_oldest_milliseconds|newer_one)$/;
  return Object.fromEntries(Object.entries(families).filter(([name]) => !other.test(name)));
}
