/** The MySQL exporter as one for many servers. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ask } from "../_http.ts";
import { type Server, startServer } from "../_process.ts";
import { needsProgram } from "../_programs.ts";
import { startPrometheus } from "../_prometheus.ts";
import { writeCertificates } from "./_certificates.ts";
import { readFamilies, valueOf } from "./_families.ts";
import { ACCOUNT, dataSourceName, type Mariadb, needsMariadb, startMariadb } from "./_mariadb.ts";

const EXPORTER = new URL("../../plugins/mysqld_exporter/exporter.ts", import.meta.url).pathname;
const needs = { ...needsMariadb(), ...needsProgram("openssl", "apt-get install -y openssl") };

/** What a probe and a scrape both say of a server. */
const UPSTREAM = /^mysql_(?!exporter_|scrape_)/;

describe("probes of the MySQL exporter", needs, () => {
  let folder: string;
  let servers: Mariadb[];
  let exporter: Server;
  before(async () => {
    folder = await Deno.makeTempDir({ prefix: "exporterkit-probe-" });
    await writeCertificates(folder);
    const tls = [`--ssl-ca=${folder}/ca.pem`, `--ssl-cert=${folder}/server.pem`, `--ssl-key=${folder}/server.key`];
    servers = await Promise.all([startMariadb(), startMariadb(tls)]);
    const [one, two] = servers.map(({ port }) => port);
    await servers[1]!.sql("CREATE USER tls IDENTIFIED BY 'tls' REQUIRE SSL; GRANT PROCESS ON *.* TO tls");
    await Deno.writeTextFile(`${folder}/password`, `${ACCOUNT.password}\n`);
    await Deno.writeTextFile(
      `${folder}/settings.yml`,
      `
auth_modules:
  client:
    hosts: ["127.0.0.1:${one}", "localhost:${two}"]
    username: ${ACCOUNT.user}
    password_file: ${folder}/password
  wrong: { hosts: ["127.0.0.1"], username: ${ACCOUNT.user}, password: nonsense }
  tls: { hosts: [localhost], username: tls, password: tls, tls: { ca: ${folder}/ca.pem } }
  stranger: { hosts: [localhost], username: tls, password: tls, tls: { ca: ${folder}/client.pem } }
  careless: { hosts: [localhost], username: tls, password: tls, tls: { insecure_skip_verify: true } }
targets:
  - { target: "127.0.0.1:${one}", auth_module: client, labels: { team: shop } }
  - { target: "localhost:${two}", auth_module: tls }
`,
    );
    exporter = await startServer({
      path: Deno.execPath(),
      args: ["run", "-A", EXPORTER, "--web.listen-address=127.0.0.1:0", `--config.file=${folder}/settings.yml`],
      env: { DATA_SOURCE_NAME: dataSourceName(one!) },
    });
  });
  after(async () => {
    await exporter?.stop();
    await Promise.all((servers ?? []).map((server) => server[Symbol.asyncDispose]()));
    await Deno.remove(folder, { recursive: true });
  });

  it("go with scrapes that encrypt if the server can", async () => {
    const [plain, encrypting] = servers.map(({ port }) => port);
    const name = (user: string, port: number) => `${user}:${user}@tcp(127.0.0.1:${port})/?tls=preferred`;
    const accounts = [dataSourceName(plain!) + "?tls=preferred", name("tls", encrypting!)];
    for (const DATA_SOURCE_NAME of accounts) {
      await using exporter = await startServer({
        path: Deno.execPath(),
        args: ["run", "-A", EXPORTER, "--web.listen-address=127.0.0.1:0"],
        env: { DATA_SOURCE_NAME },
      });
      assert.equal(valueOf((await ask(`${exporter.url}/metrics`)).text, "mysql_up"), 1, exporter.stderr());
    }
  });

  const probe = (target: string, query = "") => ask(`${exporter.url}/probe?target=${target}${query}`);

  it("say of a server what a scrape of its own exporter says", async () => {
    const scraped = readFamilies((await ask(`${exporter.url}/metrics`)).text, UPSTREAM);
    const { status, text } = await probe(`127.0.0.1:${servers[0]!.port}`, "&auth_module=client");
    assert.equal(status, 200);
    assert.equal(valueOf(text, "probe_success"), 1, text);
    assert.deepEqual([...readFamilies(text, UPSTREAM).keys()], [...scraped.keys()]);
    assert.equal(valueOf(text, "mysql_global_variables_port"), servers[0]!.port);
  });

  it("go to each server with its own account, for the collectors that are wanted", async () => {
    const { text } = await probe(`localhost:${servers[1]!.port}`, "&auth_module=client&collect[]=global_variables");
    assert.equal(valueOf(text, "probe_success"), 1, `${text}${exporter.stderr()}`);
    assert.equal(valueOf(text, "mysql_global_variables_port"), servers[1]!.port);
    assert.equal(valueOf(text, "mysql_global_status_uptime"), undefined);
  });

  it("verify the server's certificate and name", async () => {
    const success = async (auth: string) =>
      valueOf((await probe(`localhost:${servers[1]!.port}`, `&auth_module=${auth}`)).text, "mysql_up");
    assert.equal(await success("tls"), 1, exporter.stderr());
    assert.equal(await success("stranger"), 0);
    assert.equal(await success("careless"), 1);
  });

  it("send an account to nobody but the hosts that its module lists", async () => {
    const { status, text } = await probe(`127.0.0.1:${servers[1]!.port}`, "&auth_module=client");
    assert.equal(status, 403, text);
    assert.equal((await probe("169.254.169.254:3306")).status, 403);
    assert.equal((await probe(`127.0.0.1:${servers[0]!.port}`, "&auth_module=nobody")).status, 400);
  });

  it("say why they fail", async () => {
    const target = `127.0.0.1:${servers[0]!.port}`;
    const denied = await probe(target, "&auth_module=wrong");
    assert.equal(denied.status, 200);
    assert.equal(valueOf(denied.text, "probe_success"), 0);
    assert.equal(valueOf(denied.text, "mysql_up"), 0);
    const anonymous = await probe(target);
    assert.equal(valueOf(anonymous.text, "probe_success"), 0);
    assert.match(exporter.stderr(), /Access denied for user 'exporter'/);
    assert.match(exporter.stderr(), /expected a probe with auth_module, one of .*client, wrong, tls/);
    assert.doesNotMatch(exporter.stderr(), /nonsense|pass@word/);
  });

  it(
    "are found by a real Prometheus, with their accounts and labels",
    needsProgram("prometheus", "apt-get install -y prometheus"),
    async () => {
      const prometheus = await startPrometheus(`
scrape_configs:
  - job_name: mysql
    scrape_interval: 1s
    http_sd_configs: [{ url: "${exporter.url}/sd" }]
`);
      try {
        const samples = await prometheus.until("mysql_up == 1", (found) => found.length === 3);
        const [one, two] = servers.map(({ port }) => port);
        const labels = samples.map(({ metric: { instance, team } }) => [instance, team]);
        assert.deepEqual(labels.filter(([instance]) => instance !== new URL(exporter.url).host).sort(), [
          [`127.0.0.1:${one}`, "shop"],
          [`localhost:${two}`, undefined],
        ]);
      } finally {
        await prometheus.stop();
      }
    },
  );
});
