/** The nginx exporter with a real nginx, beside the exporter that it replaces. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startServer } from "../_process.ts";
import { type Family, readFamilies, shapes, valueOf } from "./_families.ts";
import { needsNginx, needsOriginal, type Nginx, prepareNginx, startOriginal } from "./_nginx.ts";
import { scrape } from "./_scrape.ts";

const EXPORTER = new URL("../../plugins/nginx_exporter/exporter.ts", import.meta.url).pathname;

/** What both say about nginx; the others are about themselves. */
const UPSTREAM = /^nginx_(connections_|http_|up$)/;

describe("nginx exporter beside the original", needsOriginal(), () => {
  let nginx: Nginx;
  before(async () => {
    nginx = await prepareNginx();
    await nginx.start();
  });
  after(() => nginx[Symbol.asyncDispose]());

  it("nginx exporter has the families of the original, with the same types and label names", async () => {
    const [theirs, ours] = await scrapeBoth(nginx);
    assert.deepEqual(shapes(ours), shapes(theirs));
    assert.equal(theirs.size, 8);
  });

  it("nginx exporter has the values of the original, where they do not move", async () => {
    const [theirs, ours] = await scrapeBoth(nginx);
    for (const name of ["nginx_up", "nginx_connections_reading", "nginx_connections_writing"]) {
      assert.deepEqual(ours.get(name)?.samples, theirs.get(name)?.samples, name);
    }
  });

  it("nginx exporter counts on where the original does", async () => {
    await using theirs = await startOriginal(`${nginx.url}/stub_status`);
    await using ours = await startOurs(`${nginx.url}/stub_status`);
    const requests = async (url: string) => valueOf(await scrape(url) ?? "", "nginx_http_requests_total");
    const first = await requests(theirs.url);
    assert.equal(await requests(ours.url), first! + 1);
    assert.equal(await requests(theirs.url), first! + 2);
  });
});

describe("nginx exporter", needsNginx(), () => {
  let nginx: Nginx;
  before(async () => {
    nginx = await prepareNginx();
    await nginx.start();
  });
  after(() => nginx[Symbol.asyncDispose]());

  it("nginx exporter reads the page through a Unix socket", async () => {
    await using exporter = await startOurs(`unix:${nginx.socket}:/stub_status`);
    assert.equal(valueOf(await scrape(exporter.url) ?? "", "nginx_up"), 1);
  });

  it("nginx exporter sends the user and the password of the address", async () => {
    const { host } = new URL(nginx.url);
    await using exporter = await startOurs(`http://prometheus:secret@${host}/protected`);
    assert.equal(valueOf(await scrape(exporter.url) ?? "", "nginx_up"), 1);
  });

  it("nginx exporter verifies the server's certificate and shows its own", async () => {
    const client = [
      `--nginx.ssl-client-cert=${nginx.folder}/client.pem`,
      `--nginx.ssl-client-key=${nginx.folder}/client.key`,
    ];
    const uri = `${nginx.tlsUrl}/stub_status`;
    await using exporter = await startOurs(uri, [`--nginx.ssl-ca-cert=${nginx.folder}/ca.pem`, ...client]);
    assert.equal(valueOf(await scrape(exporter.url) ?? "", "nginx_up"), 1);

    await using careless = await startOurs(uri, ["--no-nginx.ssl-verify", ...client]);
    assert.equal(valueOf(await scrape(careless.url) ?? "", "nginx_up"), 1);

    await using strict = await startOurs(uri, client);
    assert.equal(valueOf(await scrape(strict.url) ?? "", "nginx_up"), 0);
    assert.match(strict.stderr(), /reason=error.*Cannot read https:.*certificate/i);

    await using anonymous = await startOurs(uri, [`--nginx.ssl-ca-cert=${nginx.folder}/ca.pem`]);
    assert.equal(valueOf(await scrape(anonymous.url) ?? "", "nginx_up"), 0);
    assert.match(anonymous.stderr(), /reason=error.*it answered 400 Bad Request/);
  });
});

function startOurs(scrapeUri: string, args: readonly string[] = []) {
  const own = ["--web.listen-address=127.0.0.1:0", `--nginx.scrape-uri=${scrapeUri}`];
  return startServer({ path: Deno.execPath(), args: ["run", "-A", EXPORTER, ...own, ...args] });
}

async function scrapeBoth(nginx: Nginx): Promise<[theirs: Map<string, Family>, ours: Map<string, Family>]> {
  await using theirs = await startOriginal(`${nginx.url}/stub_status`);
  await using ours = await startOurs(`${nginx.url}/stub_status`);
  return [readFamilies(await scrape(theirs.url) ?? "", UPSTREAM), readFamilies(await scrape(ours.url) ?? "", UPSTREAM)];
}
