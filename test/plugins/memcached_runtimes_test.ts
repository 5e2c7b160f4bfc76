import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startServer } from "../_process.ts";
import { needsCarriedRuntimes, needsProgram } from "../_programs.ts";
import { writeCertificates } from "./_certificates.ts";
import { valueOf } from "./_families.ts";
import { type Memcached, needsMemcached, prepareMemcached } from "./_memcached.ts";
import { installedPlugin, RUNTIMES } from "./_runtimes.ts";
import { scrape } from "./_scrape.ts";

const needs = {
  ...needsCarriedRuntimes(),
  ...needsProgram(["node", "npm"], "https://nodejs.org/en/download"),
  ...needsMemcached(),
};

describe("the installed memcached exporter", needs, () => {
  let folder: string;
  let memcached: Memcached;
  let encrypted: Memcached;
  before(async () => {
    folder = await Deno.makeTempDir({ prefix: "exporterkit-memcached-" });
    await writeCertificates(folder);
    memcached = prepareMemcached();
    encrypted = prepareMemcached();
    const options = [
      `ssl_chain_cert=${folder}/server.pem`,
      `ssl_key=${folder}/server.key`,
      `ssl_ca_cert=${folder}/ca.pem`,
    ];
    await memcached.start();
    await encrypted.start("-Z", "-o", [...options, "ssl_verify_mode=2"].join());
  });
  after(async () => {
    await Promise.all([memcached?.stop(), encrypted?.stop()]);
    await Deno.remove(folder, { recursive: true });
  });

  for (const runtime of RUNTIMES) {
    const start = async (...args: string[]) => {
      const command = await installedPlugin("memcached-exporter", runtime);
      return await startServer({ ...command, args: [...command.args, "--web.listen-address=127.0.0.1:0", ...args] });
    };

    it(`the installed memcached exporter is whole on ${runtime}, plain and encrypted`, async () => {
      const tls = [
        "enable",
        `ca-file=${folder}/ca.pem`,
        `cert-file=${folder}/client.pem`,
        `key-file=${folder}/client.key`,
      ];
      for (
        const args of [
          [`--memcached.address=${memcached.address}`],
          [`--memcached.address=${encrypted.address}`, ...tls.map((flag) => `--memcached.tls.${flag}`)],
        ]
      ) {
        await using exporter = await start(...args);
        assertWhole(await scrape(exporter.url), exporter.stderr);
        assertWhole(await scrape(exporter.url), exporter.stderr);
      }
    });

    it(`the installed memcached exporter answers in time on ${runtime} while memcached hangs, and is whole after that`, async () => {
      await using exporter = await start(`--memcached.address=${memcached.address}`);
      assertWhole(await scrape(exporter.url), exporter.stderr);
      await memcached.hang();
      const failing = await scrape(exporter.url) ?? "";
      memcached.goOn();
      assert.equal(valueOf(failing, "memcached_up"), 0);
      assertWhole(await scrape(exporter.url), exporter.stderr);
    });

    it(`the installed memcached exporter is whole on ${runtime} in the first scrape after a restart`, async () => {
      await using exporter = await start(`--memcached.address=${memcached.address}`);
      assertWhole(await scrape(exporter.url), exporter.stderr);
      await memcached.stop();
      await memcached.start();
      assertWhole(await scrape(exporter.url), exporter.stderr);
      const { code } = await exporter.stop();
      assert.equal(code, 0);
    });
  }
});

function assertWhole(text: string | undefined, stderr: () => string): void {
  assert.equal(valueOf(text ?? "", "memcached_up"), 1, stderr());
  assert.doesNotMatch(text ?? "", /^memcached_scrape_collector_success\{.*\} 0$/m, stderr());
}
