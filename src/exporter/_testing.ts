import { encode } from "../exposition/encode.ts";
import { negotiate } from "../exposition/negotiate.ts";
import { errorText, type Logger } from "../log/logger.ts";
import type { Gathered } from "./running_exporter.ts";

/** The sample lines of a scrape whose names begin with a prefix. */
export function samples({ snapshots }: Gathered, prefix = ""): string[] {
  return exposition({ snapshots }).split("\n").filter((line) => line.startsWith(prefix) && /^[^#]/.test(line));
}

/** A scrape as text. */
export function exposition({ snapshots }: Pick<Gathered, "snapshots">): string {
  return new TextDecoder().decode(encode(snapshots, negotiate(null)));
}

/** A log that keeps its lines. */
export function recordingLog(): Logger & { readonly lines: string[] } {
  const lines: string[] = [];
  const at = (level: string) => (message: string, fields = {}) => {
    const text = JSON.stringify(fields, (_, value) => value instanceof Error ? errorText(value) : value);
    lines.push(`${level}: ${message} ${text}`);
  };
  return { lines, error: at("error"), warn: at("warn"), info: at("info"), debug: at("debug") };
}
