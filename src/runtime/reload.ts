import type { ConfigReload } from "../collectors/config_reload.ts";
import { allCollectors } from "../exporter/all_collectors.ts";
import type { RunningExporter } from "../exporter/running_exporter.ts";
import { errorText, type Logger } from "../log/logger.ts";
import type { Problem } from "../settings/given.ts";
import { snakeCase } from "../settings/setting.ts";
import { type ExporterOptions, settingGroups } from "./common_settings.ts";
import { type ProgramSources, readProgramOptions } from "./program_flags.ts";

/** What is in force, and where it comes from. */
export interface ReloadOptions extends ExporterOptions {
  readonly sources: ProgramSources;
  readonly noted: ConfigReload;
  readonly log: Logger;
}

/**
 * Makes what reads the settings of a program again.
 *
 * Either all of them are swapped at once, or those of before stay in force: when one is wrong, or when one changed that
 * only a restart can change. The exporter's own settings can change, what every exporter has cannot.
 *
 * @returns What is wrong, one line each; nothing if the settings are in force.
 */
export function createReload(running: RunningExporter, options: ReloadOptions): () => readonly Problem[] {
  const { sources, noted, log } = options;
  noted.succeeded();
  return () => {
    const problems = reload();
    if (problems.length === 0) {
      noted.succeeded();
      log.info("Settings reloaded");
    } else {
      noted.failed();
      for (const problem of problems) log.error("Settings not reloaded, those of before stay in force", { problem });
    }
    return problems;
  };

  function reload(): readonly Problem[] {
    const read = readProgramOptions(running.exporter, sources);
    if ("problems" in read) return read.problems;
    if (!("options" in read)) return [];
    const fixed = changedForRestart(running, options, read.options);
    if (fixed.length > 0) return fixed;
    try {
      running.reconfigure(read.options.settings);
      return [];
    } catch (error) {
      return [errorText(error)];
    }
  }
}

/** A problem for each setting that is another than before although it cannot change. */
function changedForRestart({ exporter }: RunningExporter, before: ExporterOptions, after: ExporterOptions): Problem[] {
  const common = settingGroups(exporter).common.map(({ path }) => path)
    .filter((path) => JSON.stringify(valueAt(before.common, path)) !== JSON.stringify(valueAt(after.common, path)))
    .map((path) => path.map(snakeCase).join("."));
  const switched = Object.keys(allCollectors(exporter)).filter((name) =>
    before.enabled.has(name) !== after.enabled.has(name)
  )
    .map((name) => `collectors.${name}`);
  return [...common, ...switched]
    .map((name) => `Setting ${name} changed, expected it as it was: restart the exporter, or take the change back`);
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce((inner, key) => (inner as Readonly<Record<string, unknown>> | undefined)?.[key], value);
}
