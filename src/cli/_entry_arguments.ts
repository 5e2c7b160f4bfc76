import { UsageError } from "./command.ts";

/** A file and what its exporter is told. */
export interface EntryArguments {
  /** The exporter's file. */
  readonly entry: string;
  /** The exporter's own arguments. */
  readonly rest: readonly string[];
}

/**
 * Reads `FILE [--] [arguments of the exporter]`.
 *
 * @throws {UsageError} If there is no file.
 */
export function readEntryArguments([entry, ...rest]: readonly string[]): EntryArguments {
  if (entry === undefined || entry.startsWith("-")) {
    throw new UsageError("which file? Name the exporter's file first, such as exporter.ts");
  }
  return { entry, rest: rest[0] === "--" ? rest.slice(1) : rest };
}
