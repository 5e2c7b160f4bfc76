import type { Exporter } from "../../../exporter/definition.ts";
import { settingsOf } from "../../../settings/setting.ts";
import { variablePrefix } from "../../../settings/variables.ts";

/** Folders of which Deno shows nothing to a program that lacks any permission. */
const ALL_OR_NOTHING = ["/proc", "/sys", "/dev"];
/** What the package `yaml` looks at whenever it reads a file of settings. */
const YAML_VARIABLES = ["LOG_STREAM", "LOG_TOKENS"];

/** The flags that grant what an exporter declares, and no more. */
export interface DenoFlags {
  readonly flags: readonly string[];
  /** Why it is all, where it is. */
  readonly note?: string;
}

/**
 * Flags by which Deno grants an exporter its own port, the variables of its own settings and what it declares, and asks
 * nobody about the rest.
 */
export function denoFlags(exporter: Exporter): DenoFlags {
  const { name, port, permissions: { net = [], read = [], env = [], run = [] } = {} } = exporter;
  const special = read.find((path) =>
    ALL_OR_NOTHING.some((folder) => isWithin(path, folder) || isWithin(folder, path))
  );
  if (special !== undefined) {
    return {
      flags: ["--allow-all"],
      note: `Deno grants everything, since the exporter reads ${special}: ` +
        `${ALL_OR_NOTHING.join(", ")} it opens to no program that has less`,
    };
  }
  // All addresses of the machine, with and without IPv6.
  const listening = [`[::]:${port}`, `0.0.0.0:${port}`];
  const ownVariables = [`${variablePrefix(name)}*`, ...otherVariables(exporter)];
  return {
    flags: [
      "--no-prompt",
      net.includes("*") ? "--allow-net" : `--allow-net=${[...listening, ...net].join(",")}`,
      `--allow-env=${[...ownVariables, ...YAML_VARIABLES, ...env].join(",")}`,
      ...(read.length > 0 ? [`--allow-read=${read.join(",")}`] : []),
      ...(run.length > 0 ? [`--allow-run=${run.join(",")}`] : []),
    ],
  };
}

/** Those that settings are read from under other names than their own. */
function otherVariables({ settings, aliases: common = {} }: Exporter): string[] {
  const own = settingsOf(settings).flatMap(({ aliases, kind }) => {
    const names = aliases?.variables ?? [];
    return kind === "secret" ? names.flatMap((name) => [name, `${name}_FILE`]) : names;
  });
  return [...own, ...Object.values(common).flatMap(({ variable = [] }) => variable)];
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}
