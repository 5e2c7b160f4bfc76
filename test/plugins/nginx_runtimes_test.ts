import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startServer } from "../_process.ts";
import { needsCarriedRuntimes, needsProgram } from "../_programs.ts";
import { readFamilies, valueOf } from "./_families.ts";
import { needsNginx, type Nginx, prepareNginx } from "./_nginx.ts";
import { installedPlugin, RUNTIMES } from "./_runtimes.ts";
import { scrape } from "./_scrape.ts";

const needs = {
  ...needsCarriedRuntimes(),
  ...needsProgram(["node", "npm"], "https://nodejs.org/en/download"),
  ...needsNginx(),
};

describe("the installed nginx exporter", needs, () => {
  let nginx: Nginx;
  before(async () => {
    nginx = await prepareNginx();
    await nginx.start();
  });
  after(() => nginx?.[Symbol.asyncDispose]());

  for (const runtime of RUNTIMES) {
    const start = async (...args: string[]) => {
      const command = await installedPlugin("nginx-exporter", runtime);
      return await startServer({ ...command, args: [...command.args, "--web.listen-address=127.0.0.1:0", ...args] });
    };

    it(`the installed nginx exporter reads all kinds of pages on ${runtime}`, async () => {
      const { folder, tlsUrl, socket, url } = nginx;
      for (
        const args of [
          [`--nginx.scrape-uri=${url.replace("//", "//prometheus:secret@")}/protected`],
          [`--nginx.scrape-uri=unix:${socket}:/stub_status`],
          [
            `-nginx.scrape-uri=${tlsUrl}/stub_status`,
            `-nginx.ssl-ca-cert=${folder}/ca.pem`,
            `-nginx.ssl-client-cert=${folder}/client.pem`,
            `-nginx.ssl-client-key=${folder}/client.key`,
          ],
        ]
      ) {
        await using exporter = await start(...args);
        const text = await scrape(exporter.url) ?? "";
        assert.equal(valueOf(text, "nginx_up"), 1, `${args}: ${exporter.stderr()}`);
        assert.equal(readFamilies(text, /^nginx_(connections|http)_/).size, 7);
      }
    });

    it(`the installed nginx exporter answers in time on ${runtime} while nginx hangs, and is whole after that`, async () => {
      await using exporter = await start(`--nginx.scrape-uri=${nginx.url}/stub_status`);
      await nginx.hang();
      const failing = await scrape(exporter.url) ?? "";
      nginx.goOn();
      assert.equal(valueOf(failing, "nginx_up"), 0);
      assert.match(failing, /^nginx_scrape_collector_failures_total\{collector="stub_status",reason="timeout"\} 1$/m);
      assert.equal(valueOf(await scrape(exporter.url) ?? "", "nginx_up"), 1);
    });
  }
});
