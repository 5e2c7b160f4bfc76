/**
 * Writes the tables in the README of a plugin from its exporter: `deno run -A test/plugins/_readme.ts nginx_exporter`.
 *
 * `readme_test.ts` runs {@link withTables} too, so that a table that is out of date does not go unseen.
 */
import type { Collector, Exporter } from "@exporterkit/core";
import { fileSettingsOf, helpOf, settingsOf, snakeCase, unwrap, variablesOf } from "../../src/settings/setting.ts";
import { variablePrefix } from "../../src/settings/variables.ts";

/** Where the README of a plugin is. */
export function readmeOf(plugin: string): URL {
  return new URL(`../../plugins/${plugin}/README.md`, import.meta.url);
}

/** The exporter of a plugin. */
export async function exporterOf(plugin: string): Promise<Exporter> {
  const { default: served } = await import(`../../plugins/${plugin}/exporter.ts`);
  return served.exporter;
}

/**
 * A README with its tables as the exporter is now.
 *
 * @throws {Error} If the README does not say where a table begins and ends.
 */
export function withTables(readme: string, exporter: Exporter): string {
  return [["settings", settingsTable(exporter)], ["metrics", metricsTable(exporter)]].reduce((text, [name, table]) => {
    const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from === -1 || to < from) {
      throw new Error(`Cannot write the table of ${name}: README.md has no ${begin} ${end}`);
    }
    return `${text.slice(0, from)}${begin}\n\n${table}\n${text.slice(to)}`;
  }, readme);
}

function settingsTable({ name, settings }: Exporter): string {
  const rows = settingsOf(settings).map((setting) => {
    const { flag, kind, fallback, help } = setting;
    const variables = variablesOf(setting, variablePrefix(name)).reverse();
    return [
      kind === "boolean" ? `\`--[no-]${flag}\`` : `\`--${flag}\``,
      variables.map((variable) => `\`${variable}\``).join(", "),
      `${fallback ?? ""}` === "" ? "" : `\`${fallback}\``,
      inline(help),
    ];
  });
  // Of those that stand in a file only.
  const entries = settings === undefined ? {} : unwrap(settings).parts.entries ?? {};
  const inFile = Object.entries(entries).filter(([key, entry]) => fileSettingsOf(entry, [key]).length > 0)
    .map(([key, entry]) => [`\`${snakeCase(key)}\` in the file`, "", "", inline(helpOf(entry))]);
  // Those with modules are told nearly everything by a file.
  const shown = "modules" in entries ? [...inFile, ...rows] : rows.length > 0 ? rows : inFile;
  return table([["flag", "variable", "default", "meaning"], ...shown]);
}

/** Metrics of collectors, and of those that only probes run. Those that several have stand there once. */
function metricsTable({ collectors, probe }: Exporter): string {
  const all = Object.entries<Pick<Collector, "metrics">>({ ...probe?.collectors, ...collectors })
    .flatMap(([collector, { metrics = {} }]) => Object.values(metrics).map((metric) => ({ collector, ...metric })));
  const rows = Map.groupBy(all, ({ name }) => name).values().map((same) => {
    const { name, type, labelNames, help } = same[0]!;
    return [
      `\`${name}\``,
      type === "unknown" ? "untyped" : type,
      labelNames.join(", "),
      same.map(({ collector }) => `\`${collector}\``).join(", "),
      inline(help),
    ];
  });
  return table([["metric", "type", "labels", "collector", "meaning and source"], ...rows]);
}

/** Plain text that Markdown shows as it is. */
function inline(text: string): string {
  return text.replace(/[|<>*\\]/g, "\\$&");
}

/** Padded as `deno fmt` does. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(3, ...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |`);
  lines.splice(1, 0, `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`);
  return `${lines.join("\n")}\n`;
}

if (import.meta.main) {
  for (const plugin of Deno.args) {
    const path = readmeOf(plugin);
    await Deno.writeTextFile(path, withTables(await Deno.readTextFile(path), await exporterOf(plugin)));
  }
}
