import { HEAP_FLAGS } from "../../heap_flags.ts";
import type { Exporter } from "../../../exporter/definition.ts";

/** What the framework reads itself, for the metrics about its process. */
const OWN_FILES = ["/proc/self", "/proc/stat"];

/**
 * Flags by which Node keeps its heap small, and, 22.13 and newer, lets an exporter read the files and start the programs that
 * it declares, and write none. Its own script Node may always read. What goes over the network it restricts from version 25 on only, where
 * `--allow-net` has to be added.
 *
 * @param settings Folders of settings that it may read too.
 */
export function nodeFlags(
  { permissions: { read = [], run = [] } = {} }: Exporter,
  settings: readonly string[] = [],
): string[] {
  const files = read.includes("/") ? ["*"] : [...OWN_FILES, ...settings, ...read];
  return [
    ...HEAP_FLAGS,
    "--permission",
    ...files.map((path) => `--allow-fs-read=${path}`),
    ...(run.length > 0 ? ["--allow-child-process"] : []),
  ];
}
