import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { startServer } from "../_process.ts";
import { needsProgram } from "../_programs.ts";
import { startPrometheus } from "../_prometheus.ts";
import { queriesOf } from "./_dashboard.ts";
import { dataSourceName, needsMariadb, startMariadb } from "./_mariadb.ts";

const EXPORTER = new URL("../../plugins/mysqld_exporter/exporter.ts", import.meta.url).pathname;
const needs = { ...needsMariadb(), ...needsProgram("prometheus", "apt-get install -y prometheus") };

describe("the dashboard of mysqld_exporter", needs, () => {
  it("gets data for every query from a Prometheus that scrapes the exporter of a replica", async () => {
    await using source = await startMariadb(["--server-id=1", "--log-bin=binlog"]);
    await using replica = await startMariadb(["--server-id=2"]);
    await source.sql(
      "CREATE USER replica IDENTIFIED BY 'replica'; GRANT REPLICATION SLAVE ON *.* TO replica; RESET MASTER",
    );
    await replica.sql(`CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=${source.port}, MASTER_USER='replica',
      MASTER_PASSWORD='replica'; START SLAVE`);
    await using exporter = await startServer({
      path: Deno.execPath(),
      args: ["run", "-A", EXPORTER, "--web.listen-address=127.0.0.1:0"],
      env: { DATA_SOURCE_NAME: dataSourceName(replica.port) },
    });
    const prometheus = await startPrometheus(`
scrape_configs:
  - job_name: mysql
    scrape_interval: 1s
    static_configs: [{ targets: ["${new URL(exporter.url).host}"] }]
`);
    try {
      const queries = await queriesOf("mysqld_exporter");
      assert.ok(queries.length > 30);
      for (const { panel, expression } of queries) {
        const samples = await prometheus.until(expression, (found) => found.length > 0);
        assert.ok(samples.every(({ value }) => Number.isFinite(value)), `${panel}: ${expression}`);
      }
      const [up] = await prometheus.query("mysql_up");
      assert.equal(up?.value, 1);
    } finally {
      await prometheus.stop();
    }
  });
});
