import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Exporter } from "../../../exporter/definition.ts";
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
  compatibility_date: "2026-01-01",
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
