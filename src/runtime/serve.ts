import { platform, startProgram } from "#runtime";
import type { Exporter } from "../exporter/definition.ts";
import { type Auth, guardFromAuth, guardFromBindings } from "../http/auth.ts";
import type { CompareHash } from "../http/bcrypt_hash.ts";
import type { Guard } from "../http/guard.ts";
import { createLogger } from "../log/logger.ts";
import type { HistogramKind } from "../model/description.ts";
import type { Bindings } from "../settings/bindings.ts";
import type { Program } from "./program.ts";
import { type Live, type Refusal, startBound, startServed } from "./served_exporter.ts";

/** An exporter that something else serves: a Worker, `deno serve`, a test. */
export interface Served extends AsyncDisposable {
  /** The definition. */
  readonly exporter: Exporter;
  /**
   * Answers a request; the exporter comes to life with the first one.
   *
   * @param env The bindings of a Worker; not looked at elsewhere.
   */
  fetch(request: Request, env?: unknown): Promise<Response>;
  /**
   * Runs the collectors with `every` that are due, and stores what they collected: a Worker's cron trigger calls it. Without
   * effect elsewhere, where such collectors run by themselves.
   *
   * @param env The bindings of a Worker.
   * @throws {AggregateError} If the store cannot be read or written.
   */
  scheduled(trigger: CronTrigger, env?: unknown): Promise<void>;
  /**
   * Takes no more scrapes, lets those under way finish, and gives everything back: `await using` calls it at the end of a
   * scope.
   *
   * @throws {Error} If the exporter's own `close` throws or takes more than 10 seconds.
   */
  close(): Promise<void>;
}

/** What Workers tell of a cron trigger. */
export interface CronTrigger {
  /** When it was due, in milliseconds since the epoch. */
  readonly scheduledTime: number;
}

/**
 * Serves an exporter, in whatever way its file is used.
 *
 * When the file is the program that was started, it reads the command line and listens. Everywhere else, in a Worker or
 * imported by a test, nothing happens until `fetch` or `scheduled` is called.
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
  return platform.isProgram(meta) ? startProgram(exporter) : handler(exporter);
}

/** How an exporter is answered for without a command line. */
export interface ServedOptions {
  /** Its settings, as its schema takes them. @default those of the schema */
  readonly settings?: unknown;
  /** The kind of all its histograms, see {@link withHistogramKind}. @default as each is defined */
  readonly histograms?: HistogramKind;
  /** Who is answered. @default what the bindings `WEB_BEARER_TOKEN` and `WEB_BASIC_AUTH_USERS` of a Worker say, else all */
  readonly auth?: Auth;
  /** Compares the passwords of `WEB_BASIC_AUTH_USERS`: `compare` of `bcryptjs`. @default nobody of them is answered */
  readonly compare?: CompareHash;
  /**
   * Hosts, addresses and ranges that may be probed although they would not be, as `--probe.allow` has them. @default none
   */
  readonly probeAllow?: readonly string[];
}

/**
 * Answers requests for an exporter without listening: for `deno serve`, which cannot be told from `deno run`, for servers
 * of one's own, and for tests.
 *
 * @param exporter What {@link defineExporter} returned.
 * @returns The definition, and a `fetch` that throws valibot's `ValiError` if the settings do not fit the schema, and a
 * `TypeError` if there is no such kind of histogram.
 * @throws {TypeError} If `auth` is there and could let nobody in: no user, something that is no bcrypt hash, a token of less
 * than 16 letters.
 * @example An exporter in a test
 * ```ts
 * import { defineExporter, gauge, handler } from "@exporterkit/core";
 * import assert from "node:assert/strict";
 * import * as v from "valibot";
 *
 * const exporter = defineExporter({
 *   name: "hello",
 *   version: "1.0.0",
 *   port: 9876,
 *   settings: v.object({ name: v.optional(v.string(), "world") }),
 *   collectors: {
 *     greeting: {
 *       help: "One greeting.",
 *       metrics: { greeting: gauge("hello_greeting", "Always 1.", ["name"]) },
 *       collect: ({ metrics, settings }) => metrics.greeting.set(settings, 1),
 *     },
 *   },
 * });
 *
 * await using served = handler(exporter, { settings: { name: "test" } });
 * const answer = await served.fetch(new Request("http://localhost/metrics"));
 * assert.match(await answer.text(), /hello_greeting\{name="test"\} 1/);
 * ```
 */
export function handler(exporter: Exporter, options: ServedOptions = {}): Served {
  let live: Live | Refusal | undefined;
  let closed: Promise<void> | undefined;
  const guardOf = guardsOf(options);
  function begin(bindings: Bindings | undefined): Live | Refusal {
    if (closed !== undefined) throw new Error(`Cannot answer for exporter "${exporter.name}": it was closed`);
    const started = bindings === undefined
      ? startServed(exporter, platform, options)
      : startBound(exporter, platform, { ...options, bindings });
    return { ...started, answer: guardOf(bindings ?? {})(started.answer) };
  }
  const alive = (env: unknown) => live ??= begin(platform.bindings?.(env));
  async function end(): Promise<void> {
    if (live === undefined || !("running" in live)) return;
    await live.running.drain();
    await live.running.close();
  }
  const close = () => closed ??= end();
  return {
    exporter,
    fetch(request, env) {
      return alive(env).answer(request);
    },
    async scheduled({ scheduledTime }, env) {
      const live = alive(env);
      if (!("running" in live)) throw new Error(live.reason);
      await live.running.collectDue({ dueMs: scheduledTime, timeoutMs: platform.triggerTimeoutMs });
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Where `auth` is there but undefined, as from a variable that is not set, somebody meant to close the door. */
function guardsOf({ compare, ...options }: ServedOptions): (bindings: Bindings) => Guard {
  if ("auth" in options) {
    const guard = guardFromAuth(options.auth ?? { bearer: "" }, { overlapping: platform.stateless });
    return () => guard;
  }
  return (bindings) => guardFromBindings(bindings, { compare, log: createLogger({ write: platform.printError }) });
}
