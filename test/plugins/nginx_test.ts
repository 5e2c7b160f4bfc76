/** The nginx exporter with a real nginx, beside the exporter that it replaces. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { runToEnd, startServer } from "../_process.ts";
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

describe("nginx exporter told as the original is", needsOriginal(), () => {
  let nginx: Nginx;
  before(async () => {
    nginx = await prepareNginx();
    await nginx.start();
  });
  after(() => nginx[Symbol.asyncDispose]());

  it("nginx exporter takes a command line of the original, and its constant labels", async () => {
    const args = [
      ..."-prometheus.const-labels dc=eu,team=web -nginx.retries 2 -nginx.retry-interval 1s -nginx.timeout=2s".split(
        " ",
      ),
      ..."-nginx.plus=false -web.secured-metrics=0 -nginx.ssl-verify -web.telemetry-path=/metrics".split(" "),
    ];
    const uri = `${nginx.url}/stub_status`;
    await using theirs = await startOriginal(uri, args);
    await using ours = await startOurs(uri, args);
    const [left, right] = await Promise.all(
      [theirs, ours].map(async ({ url }) => readFamilies(await scrape(url) ?? "", UPSTREAM)),
    );
    assert.deepEqual(shapes(right!), shapes(left!));
    assert.deepEqual(left!.get("nginx_up")?.samples, ['nginx_up{dc="eu",team="web"} 1']);
    for (const name of ["nginx_up", "nginx_connections_writing"]) {
      assert.deepEqual(right!.get(name)?.samples, left!.get(name)?.samples, name);
    }
  });
});

describe("nginx exporter", needsNginx(), () => {
  let nginx: Nginx;
  before(async () => {
    nginx = await prepareNginx();
    await nginx.start();
  });
  after(() => nginx[Symbol.asyncDispose]());

  it("nginx exporter takes the variables of the original", async () => {
    await using exporter = await startServer({
      path: Deno.execPath(),
      args: ["run", "-A", EXPORTER],
      env: {
        LISTEN_ADDRESS: "127.0.0.1:0",
        TELEMETRY_PATH: "/elsewhere",
        SCRAPE_URI: `${nginx.url}/stub_status`,
        CONST_LABELS: "dc=eu,team=web",
        TIMEOUT: "2s",
        NGINX_RETRIES: "3",
        NGINX_RETRY_INTERVAL: "1s",
        NGINX_PLUS: "false",
        SSL_VERIFY: "false",
        NGINX_METRICS_ONLY: "true",
      },
    });
    const text = await scrape(exporter.url, "/elsewhere") ?? "";
    assert.match(text, /^nginx_up\{dc="eu",team="web"\} 1$/m);
    assert.doesNotMatch(text, /^process_/m);
  });

  it("nginx exporter says what of the original it cannot do", async () => {
    const { code, stderr } = await runToEnd({
      path: Deno.execPath(),
      args: ["run", "-A", EXPORTER, "-nginx.plus", "--nginx.proxy-protocol", "--web.systemd-socket"],
    });
    assert.equal(code, 2);
    assert.match(stderr, /^Flag --nginx\.plus: got true, expected false\. The API of NGINX Plus is not supported/m);
    assert.match(stderr, /^Flag --nginx\.proxy-protocol: got true, expected false\./m);
    assert.match(stderr, /^Flag --web\.systemd-socket: got true, expected false: /m);
  });

  it("nginx exporter answers over TLS as the original does with its flags", async () => {
    const certificate = [
      `-web.ssl-server-cert=${nginx.folder}/server.pem`,
      `-web.ssl-server-key=${nginx.folder}/server.key`,
    ];
    await using exporter = await startOurs(`${nginx.url}/stub_status`, ["-web.secured-metrics", ...certificate]);
    assert.match(exporter.url, /^https:/);
    using client = Deno.createHttpClient({ caCerts: [await Deno.readTextFile(`${nginx.folder}/ca.pem`)] });
    const answer = await fetch(`${exporter.url}/metrics`, { client });
    assert.equal(valueOf(await answer.text(), "nginx_up"), 1);
  });

  it("nginx exporter tells several nginx apart by addr, and serves those that are there", async () => {
    await using other = await prepareNginx();
    await other.start();
    const uris = [`${nginx.url}/stub_status`, `${other.url.replace("//", "//prometheus:secret@")}/protected`];
    const [one, two] = [uris[0]!, `${other.url}/protected`];
    await using exporter = await startOurs(one, [`--nginx.scrape-uri=${uris[1]}`, "--prometheus.const-label=dc=eu"]);
    const said = async () => {
      const text = await scrape(exporter.url);
      assert.ok(text !== undefined, "there was no answer in time");
      const families = readFamilies(
        text,
        /^nginx_(up|connections_writing|scrape_upstream_failure|http_requests_total)$/,
      );
      return (name: string) => families.get(name)?.samples.filter((sample) => !/reason=.* 0$/.test(sample));
    };
    const of = (name: string, addr: string, rest = "} 1") => `${name}{addr="${addr}",dc="eu"${rest}`;

    const whole = await said();
    assert.deepEqual(whole("nginx_up"), [of("nginx_up", one), of("nginx_up", two)].sort());
    assert.equal(whole("nginx_http_requests_total")?.length, 2);

    await other.hang();
    const hanging = await said();
    other.goOn();
    assert.deepEqual(hanging("nginx_up"), [of("nginx_up", one), of("nginx_up", two, "} 0")].sort());
    assert.deepEqual(hanging("nginx_connections_writing"), [of("nginx_connections_writing", one)]);
    assert.deepEqual(hanging("nginx_scrape_upstream_failure"), [
      of("nginx_scrape_upstream_failure", two, ',reason="timeout"} 1'),
    ]);

    await other.stop();
    assert.deepEqual((await said())("nginx_scrape_upstream_failure"), [
      of("nginx_scrape_upstream_failure", two, ',reason="refused"} 1'),
    ]);
    await other.start();
    assert.deepEqual((await said())("nginx_up"), whole("nginx_up"));
    assert.match(exporter.stderr(), /Upstream failed.*upstream="addr=http:\/\/127\.0\.0\.1:\d+\/protected dc=eu"/);
    assert.doesNotMatch(exporter.stderr(), /secret@|:secret/);
  });

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
