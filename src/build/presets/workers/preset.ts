import { cronExpressions, needsStore } from "../../../exporter/schedule.ts";
import { STORE_BINDING } from "../../../runtime/kv_store.ts";
import type { Exporter } from "../../../exporter/definition.ts";
import { labelName, settingsFolder } from "../../names.ts";
import type { Preset } from "../../preset.ts";
import { COMPATIBILITY_DATE, facts, NODE_COMPAT } from "./facts.ts";

const MODULE = "worker.js";

/** A module and the `wrangler.jsonc` that deploys it as it is. */
export default {
  async pack({ exporter, options: { kvId }, bundle }) {
    const lacking = whatWorkersLack(exporter);
    if (lacking !== undefined) {
      throw new Error(`Cannot build a Worker of exporter "${exporter.name}": it ${lacking}`);
    }
    if (needsStore(exporter) && kvId === undefined) {
      throw new Error(
        `Cannot build a Worker of exporter "${exporter.name}": what it collects in the background is kept in a KV ` +
          "namespace; make one with wrangler kv namespace create, and pass its id as --kv-id",
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
      ...(needsStore(exporter) ? { triggers: { crons: cronExpressions(exporter) } } : {}),
      ...(kvId === undefined ? {} : { kv_namespaces: [{ binding: STORE_BINDING, id: kvId }] }),
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

/** What an exporter declares that no Worker can do. Settings come from bindings, not from their folder. */
function whatWorkersLack(exporter: Exporter): string | undefined {
  const { permissions: { read = [], run = [] } = {} } = exporter;
  const folder = settingsFolder(exporter);
  const path = read.find((path) => path !== folder && !path.startsWith(`${folder}/`));
  if (path !== undefined) return `reads ${path}, and Workers have no files`;
  return run[0] === undefined ? undefined : `starts ${run[0]}, and Workers have no programs`;
}
