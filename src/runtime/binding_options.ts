import type { Exporter } from "../exporter/definition.ts";
import { redact } from "../log/redact.ts";
import { type Bindings, readBindings, readSettingsBinding, refuseFile } from "../settings/bindings.ts";
import type { Problem } from "../settings/given.ts";
import { variablePrefix } from "../settings/variables.ts";
import { type ExporterOptions, settingGroups, settleOptions } from "./common_settings.ts";

/** Reads everything that an exporter is told by the bindings of a Worker. */
export function readBindingOptions(
  exporter: Exporter,
  bindings: Bindings,
): { readonly options: ExporterOptions } | { readonly problems: readonly Problem[] } {
  const groups = settingGroups(exporter);
  const prefix = variablePrefix(exporter.name);
  const { given, problems } = readBindings(bindings, [...groups.common, ...groups.switches, ...groups.own], prefix);
  const document = readSettingsBinding(bindings, prefix);
  const settled = settleOptions(exporter, {
    groups,
    given,
    document: typeof document === "string" ? undefined : document,
    readFile: refuseFile,
  });
  const all = [
    ...problems,
    ...(typeof document === "string" ? [document] : []),
    ...("problems" in settled ? settled.problems : []),
  ];
  return all.length > 0 || "problems" in settled ? { problems: all.map(redact) } : settled;
}
