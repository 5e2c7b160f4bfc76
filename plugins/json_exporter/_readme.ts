/**
 * Writes the tables of README.md from the schema and the collector: `deno run -A plugins/json_exporter/_readme.ts`.
 *
 * A test runs `withTables` too, so that a table that is out of date does not go unseen.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { type GenericSchema, getDescription } from "valibot";
import { document } from "./document.ts";
import { settings } from "./settings.ts";
import { templateFunctions } from "./template_functions.ts";

/** A README with its tables as the exporter is now. */
export function withTables(readme: string): string {
  const tables = { keys: keysTable(), functions: functionsList(), metrics: metricsTable() };
  return Object.entries(tables).reduce((text, [name, table]) => {
    const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from === -1 || to < from) {
      throw new Error(`Cannot write the table of ${name}: README.md has no ${begin} ${end}`);
    }
    return `${text.slice(0, from)}${begin}\n\n${table}\n${text.slice(to)}`;
  }, readme);
}

/** The parts of a valibot schema that keys are found in. */
interface Parts {
  readonly type: string;
  readonly entries?: Readonly<Record<string, GenericSchema>>;
  readonly wrapped?: GenericSchema;
  readonly item?: GenericSchema;
  readonly value?: GenericSchema;
  readonly default?: unknown;
  readonly options?: readonly unknown[];
}

function keysTable(): string {
  // The other keys of auth modules are those of `http_client_config`.
  const rows = keysOf(settings, "").filter(([key]) => !/^`auth_modules\.(?!<name>\.hosts`)/.test(key!));
  return table([["key", "default", "meaning"], ...rows]);
}

/** A row for each key with a value of its own, as `modules.<name>.metrics[].path`. */
function keysOf(schema: GenericSchema, path: string): string[][] {
  const parts = schema as unknown as Parts;
  const help = getDescription(schema as never);
  if (parts.wrapped !== undefined) {
    const rows = keysOf(parts.wrapped, path);
    if (rows.length === 1 && rows[0]![0] === `\`${path}\`` && isShown(parts.default)) {
      return [[rows[0]![0]!, `\`${parts.default}\``, rows[0]![2]!]];
    }
    return rows;
  }
  // Described although it has keys: they are described elsewhere.
  if (parts.entries !== undefined && help === undefined) {
    return Object.entries(parts.entries).flatMap(([key, entry]) =>
      keysOf(entry, path === "" ? snakeCase(key) : `${path}.${snakeCase(key)}`)
    );
  }
  const isGroup = parts.item !== undefined && (parts.item as unknown as Parts).entries !== undefined;
  if (isGroup) return keysOf(parts.item!, `${path}[]`);
  if (parts.type === "record" && (help === undefined || path === "modules" || path === "auth_modules")) {
    return keysOf(parts.value!, `${path}.<name>`);
  }
  if (help === undefined) return [];
  const choices = parts.type === "picklist" ? ` ${parts.options?.map((option) => `\`${option}\``).join(", ")}.` : "";
  return [[`\`${path}\``, "", inline(help) + choices]];
}

function isShown(value: unknown): boolean {
  return ["string", "number", "boolean"].includes(typeof value) && value !== "";
}

function snakeCase(text: string): string {
  // The name in json_exporter's documentation.
  return text === "epochTimestamp" ? text : text.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function functionsList(): string {
  const names = Object.keys(templateFunctions({ now: () => 0 })).sort();
  const lines = [""];
  for (const name of names) {
    const next = `\`${name}\`${name === names.at(-1) ? "." : ","}`;
    if (`${lines.at(-1)} ${next}`.length > 118) lines.push("");
    lines.push(`${lines.pop()} ${next}`.trim());
  }
  return `${lines.join("\n")}\n`;
}

function metricsTable(): string {
  const declared = Object.values(document.metrics ?? {}).map(({ name, type, labelNames, help }) => [
    `\`${name}\``,
    type,
    labelNames.join(", "),
    inline(help),
  ]);
  return table([
    ["metric", "type", "labels", "meaning"],
    ["`<name>` of a metric of type value", "its valuetype", "its labels", "What its path leads to."],
    [
      "`<name>_<value>` of a metric of type object",
      "its valuetype",
      "its labels",
      "Of each object, what the value leads to.",
    ],
    ...declared,
  ]);
}

/** Plain text that Markdown shows as it is. */
function inline(text: string): string {
  return text.replace(/`[^`]*`|[|<>*\\]/g, (part) => part.startsWith("`") ? part : `\\${part}`);
}

/** Padded as `deno fmt` does. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(3, ...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |`);
  lines.splice(1, 0, `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`);
  return `${lines.join("\n")}\n`;
}

if (import.meta.main) {
  const path = new URL("README.md", import.meta.url);
  writeFileSync(path, withTables(readFileSync(path, "utf8")));
}
