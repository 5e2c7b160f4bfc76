/** Plugins that ask over sockets, in workerd beside real servers: the Workers that `exporterkit build` makes of them. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { build } from "@exporterkit/core/build";
import { needsCarriedRuntimes } from "../_programs.ts";
import { type ArtifactOptions, ARTIFACTS, fileOf, startArtifact, startWorkerOf } from "./_artifacts.ts";
import { readFamilies, shapes, valueOf } from "./_families.ts";
import { dataSourceName, needsMariadb, startMariadb } from "./_mariadb.ts";
import { needsMemcached, prepareMemcached } from "./_memcached.ts";
import { needsNginx, prepareNginx } from "./_nginx.ts";
import { needsPostgres, preparePostgres } from "./_postgres.ts";
import { needsRedis, prepareRedis } from "./_redis.ts";
import { scrape } from "./_scrape.ts";

/** A server that is asked. */
interface Upstream extends AsyncDisposable {
  /** The variables, or bindings, that name it. */
  readonly variables: Readonly<Record<string, string>>;
  stop(): Promise<unknown>;
  start(): Promise<unknown>;
}

const PLUGINS = {
  nginx_exporter: { namespace: "nginx", needs: needsNginx(), start: startNginx },
  memcached_exporter: { namespace: "memcached", needs: needsMemcached(), start: startMemcached },
  redis_exporter: { namespace: "redis", needs: needsRedis(), start: startRedis },
  postgres_exporter: { namespace: "pg", needs: needsPostgres(), start: startPostgres },
  mysqld_exporter: { namespace: "mysql", needs: needsMariadb(), start: startMysqld },
};

for (const [plugin, { namespace, needs, start }] of Object.entries(PLUGINS)) {
  describe(`the Worker of ${plugin}`, { ...needsCarriedRuntimes(), ...needs }, () => {
    it("gives the families that it gives on Node", async () => {
      await using upstream = await start();
      await using worker = await startWorkerOf(plugin, upstream.variables);
      const [node] = ARTIFACTS;
      const options: ArtifactOptions = { env: upstream.variables };
      await using onNode = await startArtifact(plugin, node!, options);
      // Both have been asked before: some families are about the time since then.
      for (const { url } of [worker, onNode]) await scrape(url);
      const [ours, theirs] = [await scrape(worker.url) ?? "", await scrape(onNode.url) ?? ""];
      // What counts up in one isolate is not shown.
      const about = new RegExp(`^${namespace}_(?!exporter_|scrape_collector_failures_total|target_scrape_)`);
      assert.deepEqual(shapes(readFamilies(ours, about)), shapes(readFamilies(theirs, about)), worker.log());
      assert.doesNotMatch(ours, new RegExp(`^${namespace}_scrape_collector_success\\{.*\\} 0$`, "m"));
    });

    it("answers scrapes at the same time, without its server, and with it again", async () => {
      await using upstream = await start();
      await using worker = await startWorkerOf(plugin, upstream.variables);
      const up = async () => valueOf(await scrape(worker.url) ?? "", `${namespace}_up`);
      assert.deepEqual(await Promise.all([up(), up(), up()]), [1, 1, 1], worker.log());
      await upstream.stop();
      assert.equal(await up(), 0);
      await upstream.start();
      assert.equal(await up(), 1, worker.log());
    });
  });
}

describe("exporterkit build --preset=workers", needsCarriedRuntimes(), () => {
  const refusals = {
    node_exporter: /of exporter "node": it reads \/, and Workers have no files$/,
    blackbox_exporter: /of exporter "blackbox": it starts ping, and Workers have no programs$/,
  };
  for (const [plugin, message] of Object.entries(refusals)) {
    it(`refuses ${plugin}`, async () => {
      const built = build(fileOf(plugin, "exporter.ts"), { presets: ["workers"], out: "/nowhere" });
      await assert.rejects(built, { message });
    });
  }
});

async function startNginx(): Promise<Upstream> {
  const server = await prepareNginx();
  await server.start();
  return upstream(server, { SCRAPE_URI: `${server.url}/stub_status` });
}

async function startMemcached(): Promise<Upstream> {
  const server = prepareMemcached();
  await server.start();
  return upstream(server, { MEMCACHED_EXPORTER_MEMCACHED_ADDRESS: server.address });
}

async function startRedis(): Promise<Upstream> {
  const server = await prepareRedis();
  await server.start();
  return upstream(server, { REDIS_ADDR: server.url });
}

async function startPostgres(): Promise<Upstream> {
  const server = await preparePostgres();
  await server.start();
  return upstream(server, { DATA_SOURCE_NAME: server.dataSource() });
}

async function startMysqld(): Promise<Upstream> {
  const server = await startMariadb();
  return upstream(server, { DATA_SOURCE_NAME: dataSourceName(server.port) });
}

function upstream(server: Omit<Upstream, "variables">, variables: Upstream["variables"]): Upstream {
  return {
    variables,
    start: () => server.start(),
    stop: () => server.stop(),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
