import { readFile } from "node:fs/promises";
import { defineCollector, gauge } from "@exporterkit/core";
import { toNumber } from "./_info_text.ts";
import { type Redis, toMap } from "./redis.ts";
import type { RedisSettings } from "./settings.ts";

/** Collects what a script of the user's returns. */
export const script = defineCollector<RedisSettings, Redis>()({
  help: "What the Lua script of --script returns: a list of keys and values, from EVAL.",
  metrics: {
    value: gauge("redis_script_values", "A value that the script of --script returned.", ["key"]),
  },
  async collect(context) {
    const { settings, metrics, signal } = context;
    if (settings.script === undefined) return;
    const source = await readFile(settings.script, "utf8");
    for (const [key, value] of toMap(await context.resource.send(["EVAL", source, "0"], signal))) {
      const number = toNumber(value?.toString());
      if (number === undefined) {
        throw new Error(`The script returned ${JSON.stringify(value)} for "${key}", expected a number`);
      }
      metrics.value.set({ key }, number);
    }
  },
});
