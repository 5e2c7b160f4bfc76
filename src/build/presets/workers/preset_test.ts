import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Exporter } from "../../../exporter/definition.ts";
import type { Permissions } from "../../../exporter/permissions.ts";
import { exporterWith } from "../../_testing.ts";
import type { PresetOptions } from "../../preset.ts";
import preset from "./preset.ts";

async function configOf(exporter: Exporter, options: PresetOptions, imports: string[] = []): Promise<unknown> {
  const bundle = () => Promise.resolve({ code: "", inputs: [], imports });
  const { files } = await preset.pack({ exporter, options, bundle });
  return JSON.parse(String(files.find(({ path }) => path === "wrangler.jsonc")?.content));
}

const CONFIG = {
  name: "t-exporter",
  main: "worker.js",
  compatibility_date: "2026-04-01",
  no_bundle: true,
  observability: { enabled: true },
};

describe("the workers preset", () => {
  it("deploys the module as it is", async () => {
    assert.deepEqual(await configOf(exporterWith(), {}, ["cloudflare:sockets"]), CONFIG);
  });

  it("asks for Node's modules only if one is imported", async () => {
    const config = await configOf(exporterWith(), {}, ["node:fs"]);
    assert.deepEqual(config, { ...CONFIG, compatibility_flags: ["nodejs_compat"] });
  });

  it("refuses an exporter that declares what no Worker can do, and takes settings for bindings", async () => {
    const refusal = (permissions: Permissions) => assert.rejects(configOf(exporterWith({ permissions }), {}));
    await refusal({ read: ["/etc/t_exporter", "/"] });
    await refusal({ run: ["ping"] });
    await assert.rejects(configOf(exporterWith({ permissions: { read: ["/srv/a"] } }), {}), {
      message: 'Cannot build a Worker of exporter "t": it reads /srv/a, and Workers have no files',
    });
    assert.deepEqual(await configOf(exporterWith({ permissions: { read: ["/etc/t_exporter"] } }), {}), CONFIG);
  });

  it("wakes a Worker that collects in the background, and refuses one without a place to keep that", async () => {
    const collectors = { slow: { help: "S.", freshness: { every: "10m" }, collect() {} } } as const;
    await assert.rejects(
      configOf(exporterWith({ collectors }), {}),
      /^Error: Cannot build a Worker .*--kv-id$/,
    );
    assert.deepEqual(await configOf(exporterWith({ collectors }), { kvId: "0123" }), {
      ...CONFIG,
      triggers: { crons: ["*/10 * * * *"] },
      kv_namespaces: [{ binding: "EXPORTERKIT_STORE", id: "0123" }],
    });
  });
});
