import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startServer } from "../_process.ts";
import { needsCarriedRuntimes, needsProgram } from "../_programs.ts";
import { valueOf } from "./_families.ts";
import { needsPostgres, type Postgres, preparePostgres } from "./_postgres.ts";
import { installedPlugin, RUNTIMES } from "./_runtimes.ts";
import { scrape } from "./_scrape.ts";

const needs = {
  ...needsCarriedRuntimes(),
  ...needsProgram(["node", "npm", "openssl"], "https://nodejs.org/en/download"),
  ...needsPostgres(),
};

describe("the installed postgres exporter", needs, () => {
  let postgres: Postgres;
  before(async () => {
    postgres = await preparePostgres();
    await postgres.encrypt();
    await postgres.start();
  });
  after(() => postgres?.[Symbol.asyncDispose]());

  for (const runtime of RUNTIMES) {
    const start = async (dataSource: string) => {
      const command = await installedPlugin("postgres-exporter", runtime);
      const args = [...command.args, "--web.listen-address=127.0.0.1:0"];
      return await startServer({ ...command, args, env: { ...command.env, DATA_SOURCE_NAME: dataSource } });
    };

    it(`the installed postgres exporter is whole on ${runtime}, plain, encrypted and by a Unix socket`, async () => {
      const encrypted = `host=localhost port=${postgres.port} user=monitor password=monitor dbname=postgres`;
      const verified = `${encrypted} sslmode=verify-full sslrootcert=${postgres.folder}/server.crt`;
      const local = `host=${postgres.folder} port=${postgres.port} user=monitor dbname=postgres`;
      for (const dataSource of [postgres.dataSource(), encrypted, verified, local]) {
        await using exporter = await start(dataSource);
        assertWhole(await scrape(exporter.url), exporter.stderr);
        assertWhole(await scrape(exporter.url), exporter.stderr);
      }
    });

    it(`the installed postgres exporter trusts no certificate on ${runtime} that is not verified`, async () => {
      const options = `host=127.0.0.1 port=${postgres.port} user=monitor password=monitor sslmode=verify-full`;
      for (const dataSource of [options, `${options} sslrootcert=${postgres.folder}/server.crt`]) {
        await using exporter = await start(dataSource);
        assert.equal(valueOf(await scrape(exporter.url) ?? "", "pg_up"), 0);
        assert.match(exporter.stderr(), /cannot agree on TLS with 127\.0\.0\.1:\d+, sslmode is verify-full: /);
      }
    });

    it(`the installed postgres exporter answers in time on ${runtime} while PostgreSQL hangs, and is whole after that`, async () => {
      await using exporter = await start(postgres.dataSource());
      assertWhole(await scrape(exporter.url), exporter.stderr);
      await postgres.hang();
      const failing = await scrape(exporter.url) ?? "";
      postgres.goOn();
      assert.equal(valueOf(failing, "pg_up"), 0);
      assertWhole(await scrape(exporter.url), exporter.stderr);
    });

    it(`the installed postgres exporter is whole on ${runtime} in the first scrape after a restart`, async () => {
      await using exporter = await start(postgres.dataSource());
      assertWhole(await scrape(exporter.url), exporter.stderr);
      await postgres.stop();
      await postgres.start();
      assertWhole(await scrape(exporter.url), exporter.stderr);
      const { code } = await exporter.stop();
      assert.equal(code, 0);
    });
  }
});

function assertWhole(text: string | undefined, stderr: () => string): void {
  assert.equal(valueOf(text ?? "", "pg_up"), 1, stderr());
  assert.equal(text?.match(/^pg_scrape_collector_success\{.*\} 1$/gm)?.length, 12, stderr());
}
