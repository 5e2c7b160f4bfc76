import { resolve } from "node:path";
import { declaredMetrics } from "../../build/artifact.ts";
import { readExporter } from "../../build/read_exporter.ts";
import type { Exporter } from "../../exporter/definition.ts";
import { settingsSchemaText } from "../../runtime/settings_schema.ts";
import { settingsOf } from "../../settings/setting.ts";
import { variablePrefix } from "../../settings/variables.ts";
import { readEntryArguments } from "../_entry_arguments.ts";
import { markdownTable } from "../_markdown_table.ts";
import { type Command, UsageError } from "../command.ts";

/** `exporterkit docs` */
export default {
  summary: "print tables of an exporter's settings and metrics, or the JSON Schema of its settings file",
  help: `Usage: exporterkit docs FILE [--schema]

Prints the exporter of FILE as Markdown for a README: its own settings, and the metrics that it declares. Families that it
finds only while collecting are not in there.

Options:
  --schema    Print the JSON Schema of its settings file instead.
  -h, --help  Show this text.`,
  async run(args) {
    const { entry, rest } = readEntryArguments(args);
    const unknown = rest.find((argument) => argument !== "--schema");
    if (unknown !== undefined) throw new UsageError(`one file and --schema at most, got ${unknown}`);
    const exporter = await readExporter(resolve(entry));
    const text = rest.length > 0
      ? settingsSchemaText(exporter)
      : [settingsTable(exporter), metricsTable(exporter)].filter((table) => table !== "").join("\n\n");
    console.log(text);
    return 0;
  },
} satisfies Command as Command;

function settingsTable({ name, settings }: Exporter): string {
  const rows = settingsOf(settings).map(({ flag, variable, kind, isList, fallback, help }) => [
    `\`--${flag}\``,
    `\`${variablePrefix(name)}${variable}\``,
    isList ? `${kind}, repeatable` : kind,
    fallback === undefined || kind === "secret" ? "" : `\`${JSON.stringify(fallback)}\``,
    help,
  ]);
  return rows.length === 0 ? "" : markdownTable(["flag", "variable", "kind", "default", "meaning"], rows);
}

function metricsTable(exporter: Exporter): string {
  const rows = declaredMetrics(exporter).map(({ name, type, labelNames, help }) => [
    `\`${name}\``,
    type === "unknown" ? "untyped" : type,
    labelNames.join(", "),
    help,
  ]);
  return rows.length === 0 ? "" : markdownTable(["metric", "type", "labels", "meaning"], rows);
}
