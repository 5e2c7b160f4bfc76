/** The PostgreSQL exporter with several servers in its data source name, beside the exporter that it replaces. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { readFamilies, shapes, valueOf } from "./_families.ts";
import { needsOriginal, type Postgres, preparePostgres, startOriginal, startOurs } from "./_postgres.ts";
import { scrape } from "./_scrape.ts";

const UPSTREAM = /^pg_(?!exporter_(?!last_scrape_error|scrapes_total)|scrape_)/;
/** Release 0.11.1 of the original answers 500 with these, since they do not tell the servers apart. */
const COMPARABLE = ["--no-collector.database", "--no-collector.bgwriter"];
/** What a file of queries asks, for the one that has it fail at one server. */
const QUERIES = `
app_rows: { query: "SELECT count(*) AS number FROM orders", metrics: [{ number: { usage: GAUGE } }] }
`;

describe("postgres exporter with several servers", needsOriginal(), () => {
  let one: Postgres;
  let two: Postgres;
  before(async () => {
    [one, two] = await Promise.all([preparePostgres(), preparePostgres()]);
    await Promise.all([one.start(), two.start()]);
    // What was never reset is NaN there, and missing here.
    await Promise.all([one, two].map((server) => server.sql("SELECT pg_stat_reset()")));
    await two.sql("CREATE TABLE orders AS SELECT 1 AS id", "GRANT SELECT ON orders TO monitor");
  });
  after(async () => {
    await Promise.all([one?.[Symbol.asyncDispose](), two?.[Symbol.asyncDispose]()]);
  });
  const both = () => `${one.dataSource()},${two.dataSource()}`;
  const serversOf = (text: string, family: string) =>
    [...text.matchAll(new RegExp(`^${family}\\{.*server="127\\.0\\.0\\.1:(\\d+)".*\\}`, "gm"))]
      .map(([, port]) => Number(port)).sort();
  const known = () => [one.port, two.port].sort();

  it("postgres exporter has the families of the original, of each server", async () => {
    await using theirs = await startOriginal(both(), COMPARABLE);
    await using ours = await startOurs(both(), COMPARABLE);
    const [left, right] = [await scrape(theirs.url) ?? "", await scrape(ours.url) ?? ""];
    assert.deepEqual(shapes(readFamilies(right, UPSTREAM)), shapes(readFamilies(left, UPSTREAM)));
    for (const text of [left, right]) {
      assert.equal(valueOf(text, "pg_up"), 1);
      assert.deepEqual(serversOf(text, "pg_static"), known());
      assert.deepEqual(serversOf(text, "pg_settings_max_connections"), known());
    }
  });

  it("postgres exporter shows of each server what the original cannot", async () => {
    await using theirs = await startOriginal(both());
    await using ours = await startOurs(both());
    assert.match(await scrape(theirs.url) ?? "", /^An error has occurred while serving metrics/);
    const text = await scrape(ours.url) ?? "";
    assert.deepEqual(serversOf(text, "pg_stat_bgwriter_buffers_alloc_total"), known());
    assert.deepEqual([...new Set(serversOf(text, "pg_database_size_bytes"))], known());
  });

  it("postgres exporter shows the others when one of them is down, as the original does", async () => {
    await using theirs = await startOriginal(both(), COMPARABLE);
    await using ours = await startOurs(both(), COMPARABLE);
    for (const { url } of [theirs, ours]) assert.deepEqual(serversOf(await scrape(url) ?? "", "pg_static"), known());
    await two.stop();
    const [left, right] = [await scrape(theirs.url) ?? "", await scrape(ours.url) ?? ""];
    for (const text of [left, right]) {
      assert.equal(valueOf(text, "pg_exporter_last_scrape_error"), 1);
      assert.deepEqual(serversOf(text, "pg_static"), [one.port]);
    }
    // The original says so only of a server that it was not connected to before.
    assert.deepEqual([valueOf(left, "pg_up"), valueOf(right, "pg_up")], [1, 0]);
    assert.match(ours.stderr(), new RegExp(`Cannot reach 1 of 2 servers: .*:${two.port}`));
    await two.start();
    const text = await scrape(ours.url) ?? "";
    assert.deepEqual([valueOf(text, "pg_up"), serversOf(text, "pg_static")], [1, known()]);
  });

  it("postgres exporter shows the others in time when one of them hangs", async () => {
    await using ours = await startOurs(both());
    assert.equal(valueOf(await scrape(ours.url) ?? "", "pg_up"), 1);
    await two.hang();
    try {
      const text = await scrape(ours.url) ?? "";
      assert.deepEqual([valueOf(text, "pg_up"), serversOf(text, "pg_static")], [0, [one.port]]);
    } finally {
      two.goOn();
    }
    const text = await scrape(ours.url) ?? "";
    assert.deepEqual([valueOf(text, "pg_up"), serversOf(text, "pg_static")], [1, known()]);
  });

  it("postgres exporter asks those that a file names, also when it names others", async () => {
    const path = `${one.folder}/names`;
    await Deno.writeTextFile(path, `${one.dataSource()}\n`);
    await using ours = await startOurs("", [`--data-source.name-file=${path}`]);
    for (const [names, ports] of [[both(), known()], [two.dataSource(), [two.port]]] as const) {
      assert.equal(valueOf(await scrape(ours.url) ?? "", "pg_up"), 1);
      await Deno.writeTextFile(path, names);
      const text = await scrape(ours.url) ?? "";
      assert.deepEqual(serversOf(text, "pg_static"), ports);
      for (const port of ports) {
        assert.match(text, new RegExp(`^pg_settings_port\\{server="127\\.0\\.0\\.1:${port}"\\} ${port}$`, "m"));
      }
    }
  });

  it("postgres exporter says what fails at one of them", async () => {
    const weak = `${one.dataSource("weak")},${two.dataSource()}`;
    await Deno.writeTextFile(`${one.folder}/queries.yaml`, QUERIES);
    await using ours = await startOurs(weak, [`--extend.query-path=${one.folder}/queries.yaml`]);
    for (let scrapes = 0; scrapes < 2; scrapes++) {
      const text = await scrape(ours.url) ?? "";
      assert.deepEqual([valueOf(text, "pg_up"), valueOf(text, "pg_exporter_last_scrape_error")], [1, 1]);
      assert.deepEqual([...new Set(serversOf(text, "pg_stat_activity_count"))], [two.port]);
      assert.deepEqual(serversOf(text, "app_rows_number"), [two.port]);
      for (const [{ port }, value] of [[one, 0], [two, 1]] as const) {
        const line = `pg_exporter_query_success{query="app_rows",server="127.0.0.1:${port}"} ${value}`;
        assert.ok(text.split("\n").includes(line), line);
      }
    }
    const failure = /Collector failed at one of the servers" collector=stat_activity error=.*GRANT pg_monitor TO/g;
    assert.equal(ours.stderr().match(failure)?.length, 1, ours.stderr());
  });
});
