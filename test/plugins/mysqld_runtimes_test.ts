import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startServer } from "../_process.ts";
import { needsCarriedRuntimes, needsProgram } from "../_programs.ts";
import { writeCertificates } from "./_certificates.ts";
import { readFamilies, valueOf } from "./_families.ts";
import { ACCOUNT, dataSourceName, type Mariadb, needsMariadb, startMariadb } from "./_mariadb.ts";
import { installedPlugin, RUNTIMES } from "./_runtimes.ts";
import { scrape } from "./_scrape.ts";

const needs = {
  ...needsCarriedRuntimes(),
  ...needsProgram(["node", "npm"], "https://nodejs.org/en/download"),
  ...needsProgram("openssl", "apt-get install -y openssl"),
  ...needsMariadb(),
};

const { user, password } = ACCOUNT;

describe("the installed MySQL exporter", needs, () => {
  let mariadb: Mariadb;
  let certificates: string;
  before(async () => {
    certificates = await Deno.makeTempDir({ prefix: "exporterkit-certificates-" });
    await writeCertificates(certificates);
    const files = ["ca=ca.pem", "cert=server.pem", "key=server.key"].map((pair) => {
      const [name, file] = pair.split("=");
      return `--ssl-${name}=${certificates}/${file}`;
    });
    mariadb = await startMariadb(files);
    await mariadb.sql(`CREATE USER tls IDENTIFIED BY 'tls' REQUIRE X509; GRANT PROCESS ON *.* TO tls`);
  });
  after(async () => {
    await mariadb?.[Symbol.asyncDispose]();
    await Deno.remove(certificates, { recursive: true });
  });

  for (const runtime of RUNTIMES) {
    const start = async (dataSource: string, ...args: string[]) => {
      const command = await installedPlugin("mysqld-exporter", runtime);
      return await startServer({
        ...command,
        args: [...command.args, "--web.listen-address=127.0.0.1:0", ...args],
        env: { ...command.env, DATA_SOURCE_NAME: dataSource },
      });
    };
    const families = (text: string) => readFamilies(text, /^mysql_(?!exporter_|scrape_)/).size;

    it(`the installed MySQL exporter asks through TCP and Unix sockets on ${runtime}`, async () => {
      const { port, folder } = mariadb;
      for (const source of [dataSourceName(port), `${user}:${password}@unix(${folder}/mariadb.sock)/`]) {
        await using exporter = await start(source);
        for (let scrapes = 0; scrapes < 2; scrapes++) {
          const text = await scrape(exporter.url) ?? "";
          assert.equal(valueOf(text, "mysql_up"), 1, `${source}: ${exporter.stderr()}`);
          assert.ok(families(text) > 780, `${families(text)}`);
        }
      }
    });

    it(`the installed MySQL exporter verifies the server, and shows who it is, on ${runtime}`, async () => {
      const options = `[client]\nuser=tls\npassword=tls\nhost=localhost\nport=${mariadb.port}\n`;
      const own = `ssl-cert=${certificates}/client.pem\nssl-key=${certificates}/client.key\n`;
      const up = async (file: string, text: string, ...args: string[]) => {
        await Deno.writeTextFile(`${certificates}/${file}`, text);
        await using exporter = await start("", `--config.my-cnf=${certificates}/${file}`, ...args);
        return [valueOf(await scrape(exporter.url) ?? "", "mysql_up"), exporter.stderr()] as const;
      };
      const [trusted, log] = await up("trusted.cnf", `${options}ssl-ca=${certificates}/ca.pem\n${own}`);
      assert.equal(trusted, 1, log);
      const [stranger, refused] = await up("stranger.cnf", `${options}ssl-ca=${certificates}/client.pem\n${own}`);
      assert.equal(stranger, 0);
      assert.match(refused, /Upstream not reached.*certificate/i);
      const [careless] = await up(
        "careless.cnf",
        `${options}ssl-ca=${certificates}/client.pem\n${own}`,
        "--tls.insecure-skip-verify",
      );
      assert.equal(careless, 1);
      const [anonymous, denied] = await up("anonymous.cnf", `${options}ssl-ca=${certificates}/ca.pem\n`);
      assert.equal(anonymous, 0);
      assert.match(denied, /Access denied for user 'tls'/);
    });

    it(`the installed MySQL exporter answers in time on ${runtime} while MariaDB hangs, and is whole after that`, async () => {
      await using exporter = await start(dataSourceName(mariadb.port));
      assert.equal(valueOf(await scrape(exporter.url) ?? "", "mysql_up"), 1, exporter.stderr());
      await mariadb.hang();
      const failing = await scrape(exporter.url) ?? "";
      mariadb.goOn();
      assert.equal(valueOf(failing, "mysql_up"), 0);
      const text = await scrape(exporter.url) ?? "";
      assert.equal(valueOf(text, "mysql_up"), 1);
      assert.ok(families(text) > 780);
    });
  }
});
