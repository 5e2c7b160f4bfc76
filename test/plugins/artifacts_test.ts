import assert from "node:assert/strict";
import { dirname } from "node:path";
import { describe, it } from "node:test";
import { ask } from "../_http.ts";
import { findProgram, needsCarriedRuntimes } from "../_programs.ts";
import { ALL_ARTIFACTS, startArtifact } from "./_artifacts.ts";
import { needsTargets, startTargets } from "./_blackbox.ts";
import { valueOf } from "./_families.ts";
import { needsMemcached, prepareMemcached } from "./_memcached.ts";
import { needsNginx, prepareNginx } from "./_nginx.ts";
import { needsPostgres, preparePostgres } from "./_postgres.ts";
import { needsRedis, prepareRedis } from "./_redis.ts";
import { scrape } from "./_scrape.ts";

for (const artifact of ALL_ARTIFACTS) {
  const [preset] = artifact;

  describe(`the ${preset} artifact of nginx_exporter`, { ...needsCarriedRuntimes(), ...needsNginx() }, () => {
    it("reads the page that the original's variable names, with no more permissions than it declares", async () => {
      await using nginx = await prepareNginx();
      await nginx.start();
      const env = { SCRAPE_URI: `${nginx.url}/stub_status` };
      await using exporter = await startArtifact("nginx_exporter", artifact, { env });
      assert.equal(valueOf(await scrape(exporter.url) ?? "", "nginx_up"), 1, exporter.stderr());
    });
  });

  describe(`the ${preset} artifact of memcached_exporter`, { ...needsCarriedRuntimes(), ...needsMemcached() }, () => {
    it("asks memcached, with no more permissions than it declares", async () => {
      await using memcached = prepareMemcached();
      await memcached.start();
      const args = [`--memcached.address=${memcached.address}`];
      await using exporter = await startArtifact("memcached_exporter", artifact, { args });
      const text = await scrape(exporter.url) ?? "";
      assert.equal(valueOf(text, "memcached_up"), 1, exporter.stderr());
      assert.doesNotMatch(text, /^memcached_scrape_collector_success\{.*\} 0$/m);
    });
  });

  describe(`the ${preset} artifact of redis_exporter`, { ...needsCarriedRuntimes(), ...needsRedis() }, () => {
    it("asks Redis, with no more permissions than it declares", async () => {
      await using redis = await prepareRedis();
      await redis.start();
      await using exporter = await startArtifact("redis_exporter", artifact, { env: { REDIS_ADDR: redis.url } });
      const text = await scrape(exporter.url) ?? "";
      assert.equal(valueOf(text, "redis_up"), 1, exporter.stderr());
      assert.doesNotMatch(text, /^redis_scrape_collector_success\{.*\} 0$/m);
    });
  });

  describe(`the ${preset} artifact of postgres_exporter`, { ...needsCarriedRuntimes(), ...needsPostgres() }, () => {
    it("asks PostgreSQL, with no more permissions than it declares", async () => {
      await using postgres = await preparePostgres();
      await postgres.start();
      const env = { DATA_SOURCE_NAME: postgres.dataSource() };
      await using exporter = await startArtifact("postgres_exporter", artifact, { env });
      const text = await scrape(exporter.url) ?? "";
      assert.equal(valueOf(text, "pg_up"), 1, exporter.stderr());
      assert.doesNotMatch(text, /^pg_scrape_collector_success\{.*\} 0$/m);
    });
  });

  describe(`the ${preset} artifact of blackbox_exporter`, needsTargets(), () => {
    it("probes over HTTP, TCP and ICMP, with no more permissions than it declares", async () => {
      await using targets = await startTargets();
      const [, programs] = artifact;
      const env = { PATH: `${programs()}:${dirname(findProgram("ping")!)}` };
      const args = ["--probe.allow=127.0.0.0/8"];
      await using exporter = await startArtifact("blackbox_exporter", artifact, { args, env });
      const targetsOf = { http_2xx: "localhost:WEB", tcp_connect: "localhost:MAIL", icmp: "localhost" };
      for (const [module, target] of Object.entries(targetsOf)) {
        const query = new URLSearchParams({ module, target: targets.withPorts(target), debug: "true" });
        const { text } = await ask(`${exporter.url}/probe?${query}`);
        assert.equal(valueOf(text, "probe_success"), 1, text);
      }
    });
  });
}
