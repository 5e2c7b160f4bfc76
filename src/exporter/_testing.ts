import { encode } from "../exposition/encode.ts";
import { negotiate } from "../exposition/negotiate.ts";
import type { Gathered } from "./running_exporter.ts";

/** The sample lines of a scrape whose names begin with a prefix. */
export function samples({ snapshots }: Gathered, prefix = ""): string[] {
  return exposition({ snapshots }).split("\n").filter((line) => line.startsWith(prefix) && /^[^#]/.test(line));
}

/** A scrape as text. */
export function exposition({ snapshots }: Pick<Gathered, "snapshots">): string {
  return new TextDecoder().decode(encode(snapshots, negotiate(null)));
}
