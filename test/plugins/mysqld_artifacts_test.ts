import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { needsCarriedRuntimes } from "../_programs.ts";
import { ALL_ARTIFACTS, startArtifact } from "./_artifacts.ts";
import { valueOf } from "./_families.ts";
import { dataSourceName, needsMariadb, startMariadb } from "./_mariadb.ts";
import { scrape } from "./_scrape.ts";

for (const artifact of ALL_ARTIFACTS) {
  const [preset] = artifact;

  describe(`the ${preset} artifact of mysqld_exporter`, { ...needsCarriedRuntimes(), ...needsMariadb() }, () => {
    it("asks the server that the original's variable names, with no more permissions than it declares", async () => {
      await using mariadb = await startMariadb();
      const env = { DATA_SOURCE_NAME: dataSourceName(mariadb.port) };
      await using exporter = await startArtifact("mysqld_exporter", artifact, { env });
      const text = await scrape(exporter.url) ?? "";
      assert.equal(valueOf(text, "mysql_up"), 1, exporter.stderr());
      assert.equal(text.match(/^mysql_scrape_collector_success\{.*\} 1$/gm)?.length, 6, exporter.stderr());
    });
  });
}
