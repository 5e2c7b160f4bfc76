import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { needsCarriedRuntimes } from "../_programs.ts";
import { ARTIFACTS, startArtifact } from "./_artifacts.ts";
import { valueOf } from "./_families.ts";
import { needsMemcached, prepareMemcached } from "./_memcached.ts";
import { needsNginx, prepareNginx } from "./_nginx.ts";
import { scrape } from "./_scrape.ts";

for (const artifact of ARTIFACTS) {
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
      assert.equal(text.match(/^memcached_scrape_collector_success\{.*\} 1$/gm)?.length, 4, exporter.stderr());
    });
  });
}
