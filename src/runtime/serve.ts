import { platform } from "#runtime";
import type { Exporter } from "../exporter/definition.ts";
import { createHandler, type Handler } from "../http/handler.ts";
import { type Program, startProgram } from "./program.ts";
import { start } from "./start.ts";

/** An exporter that something else serves: a Worker, `deno serve`, a test. */
export interface Served {
  /** The definition. */
  readonly exporter: Exporter;
  /** Answers a request; the exporter comes to life with the first one. */
  fetch(request: Request): Promise<Response>;
}

/**
 * Serves an exporter, in whatever way its file is used.
 *
 * When the file is the program that was started, it reads the command line and listens. Everywhere else, in a Worker or
 * imported by a test, nothing happens until `fetch` is called.
 *
 * @param exporter What {@link defineExporter} returned.
 * @param meta `import.meta` of the exporter's file.
 * @example The last line of an exporter's file
 * ```ts
 * import { defineExporter, gauge, serve } from "@exporterkit/core";
 *
 * const exporter = defineExporter({
 *   name: "hello",
 *   version: "1.0.0",
 *   port: 9876,
 *   collectors: {
 *     greeting: {
 *       help: "One greeting.",
 *       metrics: { greeting: gauge("hello_greeting", "Always 1.") },
 *       collect: ({ metrics }) => metrics.greeting.set(1),
 *     },
 *   },
 * });
 *
 * export default serve(exporter, import.meta);
 * ```
 */
export function serve(exporter: Exporter, meta: ImportMeta): Program | Served {
  return platform.isProgram(meta) ? startProgram(exporter, platform) : handler(exporter);
}

/**
 * Answers requests for an exporter without listening: for `deno serve`, which cannot be told from `deno run`, and for
 * servers of one's own.
 *
 * @param exporter What {@link defineExporter} returned.
 * @example In a file for `deno serve`
 * ```ts ignore
 * import exporter from "./exporter.ts";
 *
 * export default handler(exporter);
 * ```
 */
export function handler(exporter: Exporter): Served {
  let answer: Handler | undefined;
  return {
    exporter,
    fetch(request) {
      answer ??= createHandler(start(exporter), { pause: platform.pause, acceptEncoding: platform.acceptEncoding });
      return answer(request);
    },
  };
}
