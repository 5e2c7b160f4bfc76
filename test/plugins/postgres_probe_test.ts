/** The PostgreSQL exporter as one for many servers. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { readFamilies, valueOf } from "./_families.ts";
import { needsPostgres, type Postgres, preparePostgres, startOurs } from "./_postgres.ts";
import { SCRAPE_TIMEOUT_SECONDS } from "./_scrape.ts";

describe("postgres exporter with /probe", needsPostgres(), () => {
  let postgres: Postgres;
  let target: string;
  let file: string;
  before(async () => {
    postgres = await preparePostgres();
    await postgres.start();
    target = `127.0.0.1:${postgres.port}`;
    file = await Deno.makeTempFile({ prefix: "exporterkit-postgres-", suffix: ".yml" });
    // The file of the original, with hosts beside each type.
    const module = (name: string, host: string, password: string) => `
  ${name}:
    type: userpass
    hosts: [${host}]
    userpass: { username: monitor, password: ${password} }
    options: { sslmode: disable }`;
    const modules = [
      module("here", "127.0.0.1", "monitor"),
      module("wrong", "127.0.0.1", "wrong"),
      module("elsewhere", "db.example", "monitor"),
    ];
    await Deno.writeTextFile(file, `targets: ["${target}"]\nauth_modules:${modules.join("")}\n`);
  });
  after(async () => {
    await postgres?.[Symbol.asyncDispose]();
    await Deno.remove(file);
  });
  const start = () => startOurs("host=127.0.0.1 port=1 sslmode=disable", [`--config.file=${file}`]);

  it("postgres exporter probes a server with an auth module, as it scrapes its own", async () => {
    await using exporter = await start();
    await using beside = await startOurs(postgres.dataSource());
    const probed = (await probe(exporter.url, { target, auth_module: "here" })).text;
    const scraped = await (await fetch(`${beside.url}/metrics`)).text();
    assert.equal(valueOf(probed, "probe_success"), 1, exporter.stderr());
    assert.equal(valueOf(probed, "pg_up"), 1);
    const upstream = /^pg_(?!exporter_|scrape_)/;
    assert.deepEqual([...readFamilies(probed, upstream).keys()], [...readFamilies(scraped, upstream).keys()]);
    assert.match(probed, new RegExp(`^pg_static\\{server="${target}",`, "m"));
  });

  it("postgres exporter tells a wrong password from a server that hangs or refuses", async () => {
    await using exporter = await start();
    const failing = async (auth_module: string) => {
      const { text } = await probe(exporter.url, { target, auth_module });
      assert.equal(valueOf(text, "probe_success"), 0);
      assert.equal(valueOf(text, "pg_up"), 0);
    };
    await failing("wrong");
    await postgres.hang();
    await failing("here");
    postgres.goOn();
    await postgres.stop();
    await failing("here");
    await postgres.start();
    assert.match(exporter.stderr(), /password authentication failed/);
    assert.match(exporter.stderr(), /had not ended/);
    assert.match(exporter.stderr(), /ECONNREFUSED/);
    const { text } = await probe(exporter.url, { target, auth_module: "here" });
    assert.equal(valueOf(text, "probe_success"), 1);
  });

  it("postgres exporter sends a password nowhere but where its auth module says", async () => {
    await using exporter = await start();
    assert.equal((await probe(exporter.url, { target, auth_module: "elsewhere" })).status, 403);
    assert.equal((await probe(exporter.url, { target, auth_module: "unknown" })).status, 400);
    assert.equal((await probe(exporter.url, { target: "127.0.0.1:1", auth_module: "here" })).status, 403);
  });

  it("postgres exporter lists its targets at /sd", async () => {
    await using exporter = await start();
    const groups: { labels: Record<string, string> }[] = await (await fetch(`${exporter.url}/sd`)).json();
    assert.ok(groups.some(({ labels }) => labels.__param_target === target), JSON.stringify(groups));
  });
});

async function probe(url: string, query: Readonly<Record<string, string>>): Promise<{ status: number; text: string }> {
  const headers = { "X-Prometheus-Scrape-Timeout-Seconds": String(SCRAPE_TIMEOUT_SECONDS) };
  const signal = AbortSignal.timeout(SCRAPE_TIMEOUT_SECONDS * 1000);
  const answer = await fetch(`${url}/probe?${new URLSearchParams(query)}`, { headers, signal });
  return { status: answer.status, text: await answer.text() };
}
