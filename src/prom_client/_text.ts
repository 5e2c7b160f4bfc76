import { encodeInDialect } from "../exposition/encode.ts";
import { dialectFor, separatorFor, type TextOptions } from "./_dialect.ts";
import { type ForeignMetric, foreignText } from "./_foreign_text.ts";
import { pause } from "./_pause.ts";
import type { Columns } from "./registered_metric.ts";

/** A metric that can be written now: one of this package, or what another one said. */
export interface Writable {
  readonly columns: Columns | undefined;
  readonly object?: ForeignMetric;
}

/** After so many milliseconds other work may run. */
const MOST_MS_AT_ONCE = 8;

/** The text of metrics, each line with its end. */
export async function textOf(metrics: readonly Writable[], options: TextOptions): Promise<string> {
  const dialect = dialectFor(options);
  const parts: string[] = [];
  for (let i = 0; i < metrics.length;) {
    const { object } = metrics[i]!;
    if (object !== undefined) {
      parts.push(foreignText(object, options));
      i++;
      continue;
    }
    const from = i;
    while (i < metrics.length && metrics[i]!.columns !== undefined) i++;
    parts.push(await decoded(encodeInDialect(metrics.slice(from, i).map(({ columns }) => columns!.pin()), dialect)));
  }
  return parts.join(separatorFor(options.contentType));
}

/** Puts chunks together, and lets other work run in between. */
async function decoded(chunks: Iterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let startMs = performance.now();
  for (const chunk of chunks) {
    text += decoder.decode(chunk, { stream: true });
    if (performance.now() - startMs < MOST_MS_AT_ONCE) continue;
    await pause();
    startMs = performance.now();
  }
  return text;
}
