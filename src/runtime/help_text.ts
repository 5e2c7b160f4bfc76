import type { Exporter } from "../exporter/definition.ts";
import { fileSettingsOf, type Setting, snakeCase } from "../settings/setting.ts";
import { variablePrefix } from "../settings/variables.ts";
import { settingGroups } from "./common_settings.ts";
import { COMMAND_SETTINGS, FILE_SETTINGS } from "./program_flags.ts";

const HELP_COLUMN = 42;

/** What `--help` prints. */
export function helpText(exporter: Exporter): string {
  const { own, switches, common } = settingGroups(exporter);
  const groups: [title: string, settings: readonly Setting[]][] = [
    ["Settings", own],
    ["Collectors", switches],
    ["Flags", [...common, ...FILE_SETTINGS, ...COMMAND_SETTINGS]],
  ];
  const about = exporter.help === undefined ? "" : `${exporter.help}\n`;
  const prefix = variablePrefix(exporter.name);
  return [
    `${exporter.name} exporter ${exporter.version}\n${about}`,
    ...groups.filter(([, settings]) => settings.length > 0)
      .map(([title, settings]) => `${title}:\n${settings.map((one) => `  ${line(one, exporter)}\n`).join("")}`),
    ...inFileOnly(exporter),
    `A flag wins over a variable, such as ${prefix}LOG_LEVEL for --log.level, and that over the settings file, where it\n` +
    `is level under log. A secret's flag, variable or key with -file, _FILE or _file names a file that holds it.\n`,
  ].join("\n");
}

function inFileOnly({ settings }: Exporter): string[] {
  const names = fileSettingsOf(settings).map((path) => path.map(snakeCase).join("."));
  return names.length === 0 ? [] : [`In the settings file only: ${names.join(", ")}.\n`];
}

function line(setting: Setting, exporter: Exporter): string {
  const form = formOf(setting);
  const { [setting.flag]: fallback = setting.fallback } = fallbacksOf(exporter);
  const { flags = [], variables = [] } = setting.aliases ?? {};
  const others = [...flags.map((flag) => `--${flag}`), ...variables];
  const notes = [
    setting.choices === undefined ? "" : `One of ${setting.choices.join(", ")}.`,
    isNothing(fallback) ? "" : `Default: ${fallback}.`,
    others.length === 0 ? "" : `Also ${others.join(", ")}.`,
  ];
  const help = [setting.help, ...notes].filter((part) => part !== "").join(" ");
  const gap = form.length < HELP_COLUMN ? " ".repeat(HELP_COLUMN - form.length) : `\n${" ".repeat(HELP_COLUMN + 2)}`;
  return `${form}${gap}${help}`.trimEnd();
}

/** What holds when it is not given, where each exporter has its own. */
function fallbacksOf({ port, settingsFile }: Exporter): Readonly<Record<string, unknown>> {
  return { "web.listen-address": `:${port}`, "config.file": settingsFile };
}

function formOf(setting: Setting): string {
  const { flag, kind } = setting;
  if (flag === "help") return "-h, --help";
  if (COMMAND_SETTINGS.includes(setting)) return `--${flag}`;
  return kind === "boolean" ? `--[no-]${flag}` : `--${flag}=<${kind}>`;
}

/** Whether a default is not worth saying. */
function isNothing(fallback: unknown): boolean {
  return fallback === undefined || fallback === "" || fallback === false ||
    Array.isArray(fallback) && fallback.length === 0;
}
