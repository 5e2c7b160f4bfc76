import type { Collector, Exporter } from "../../../exporter/definition.ts";
import { labelName } from "../../names.ts";
import type { Preset } from "../../preset.ts";
import { COMPATIBILITY_DATE, CRON, facts, NODE_COMPAT } from "./facts.ts";

const MODULE = "worker.js";
/** The name that a Worker knows its KV namespace by. */
const STORE = "EXPORTERKIT_STORE";

/** A module and the `wrangler.jsonc` that deploys it as it is. */
export default {
  async pack({ exporter, options: { kvId }, bundle }) {
    const background = backgroundCollectors(exporter);
    if (background.length > 0 && kvId === undefined) {
      throw new Error(
        `Cannot build a Worker of exporter "${exporter.name}": what ${
          background.join(", ")
        } collects in the background ` +
          "has to be kept in a KV namespace; make one with wrangler kv namespace create, and pass its id as --kv-id",
      );
    }
    const { code, imports } = await bundle(facts);
    const needsNode = imports.some((path) => !path.startsWith("cloudflare:"));
    const config = {
      name: labelName(exporter),
      main: MODULE,
      compatibility_date: COMPATIBILITY_DATE,
      ...(needsNode ? { compatibility_flags: [NODE_COMPAT] } : {}),
      no_bundle: true,
      observability: { enabled: true },
      ...(background.length > 0 ? { triggers: { crons: [CRON] } } : {}),
      ...(kvId === undefined ? {} : { kv_namespaces: [{ binding: STORE, id: kvId }] }),
    };
    return {
      files: [
        { path: MODULE, content: code },
        { path: "wrangler.jsonc", content: `${JSON.stringify(config, null, 2)}\n` },
      ],
      start: "npx wrangler deploy",
      notes: needsNode ? [`it needs ${NODE_COMPAT}, since it imports ${imports.join(", ")}`] : [],
    };
  },
} satisfies Preset as Preset;

/** No isolate lives long enough to collect in the background, so these need a store. */
function backgroundCollectors({ collectors }: Exporter): string[] {
  return Object.entries<Collector>(collectors)
    .filter(([, { freshness }]) => typeof freshness === "object" && "every" in freshness)
    .map(([name]) => name);
}
