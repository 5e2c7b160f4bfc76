import { builtin } from "./_builtins.ts";

/** A value as `util.format` shows it, on runtimes without that as text. */
export function format(value: unknown): string {
  return nodeUtil()?.format(value) ?? String(value);
}

/** A value as `util.inspect` shows it, on runtimes without that as JSON. */
export function inspect(value: unknown): string {
  return nodeUtil()?.inspect(value) ?? JSON.stringify(value);
}

function nodeUtil(): { format(value: unknown): string; inspect(value: unknown): string } | undefined {
  return builtin("node:util");
}
