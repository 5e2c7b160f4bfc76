import { gauge } from "@exporterkit/core";
import { define } from "./_define.ts";
import { textOf } from "./_rows.ts";

const QUERY = `
SELECT name, setting, unit, vartype FROM pg_settings
WHERE vartype IN ('bool', 'integer', 'real') AND name <> 'sync_commit_cancel_wait'`;

const KIB = 1024;

/** Units that PostgreSQL has, in base units; those of blocks come with any number before them. */
const UNITS: Readonly<Record<string, readonly [base: "seconds" | "bytes", factor: number]>> = {
  ms: ["seconds", 1e-3],
  s: ["seconds", 1],
  min: ["seconds", 60],
  h: ["seconds", 3600],
  d: ["seconds", 86_400],
  B: ["bytes", 1],
  kB: ["bytes", KIB],
  MB: ["bytes", KIB ** 2],
  GB: ["bytes", KIB ** 3],
  TB: ["bytes", KIB ** 4],
};

/** Collects the server's own settings, those that are numbers or switches. */
export const serverSettings = define({
  help: "Numbers and switches among the settings of the server.",
  async collect({ resource, settings, family, signal }) {
    if (settings.disableSettingsMetrics) return;
    const { label: server } = resource.facts;
    for (const { name, setting, unit } of await resource.query(QUERY, signal)) {
      const { suffix, value } = toBaseUnit(textOf(setting), textOf(unit));
      const metric = `pg_settings_${textOf(name).replace(/\W/g, "_")}${suffix}`;
      family(gauge(metric, `Setting ${name} of the server, from pg_settings.`, ["server"])).set({ server }, value);
    }
  },
});

/**
 * Reads a setting in seconds, bytes or as it is; -1 is no amount, and stays -1.
 *
 * @returns Its value, and what names end in for it.
 * @throws {RangeError} If there is no such unit.
 */
export function toBaseUnit(setting: string, unit: string): { readonly suffix: string; readonly value: number } {
  const value = setting === "on" ? 1 : setting === "off" ? 0 : Number(setting);
  if (unit === "") return { suffix: "", value };
  const [, count = "", name = ""] = /^(\d*)(\D+)$/.exec(unit) ?? [];
  const known = UNITS[name];
  if (known === undefined) throw new RangeError(`Cannot read a setting in "${unit}": there is no such unit`);
  const [base, factor] = known;
  return { suffix: `_${base}`, value: value === -1 ? value : value * factor * Number(count || 1) };
}
