/** Programs bundled for Cloudflare Workers, and run by workerd. */
import { build, type BuildOptions, stop } from "esbuild";
import { Miniflare } from "miniflare";
import { carriedWorkerd } from "./_programs.ts";

/** A fixed day, so that the same platform answers whenever a test runs. */
export const COMPATIBILITY_DATE = "2026-04-01";

/** A Worker that answers. */
export interface RunningWorker extends AsyncDisposable {
  /** Its address, without a slash at the end. */
  readonly url: string;
  /** Lets a cron trigger come. Returns whether the Worker threw nothing. */
  trigger(scheduledTime: Date): Promise<boolean>;
  /** What it has written to its console so far. */
  log(): string;
  stop(): Promise<void>;
}

/**
 * What `wrangler deploy` would upload. A `node:` import is an error here, not left for the platform to refuse.
 *
 * @param folder Where packages are looked for, and entries.
 * @param options What is bundled, and how, as esbuild takes it.
 */
export async function bundleForWorkers(folder: string, options: BuildOptions): Promise<string> {
  try {
    const { outputFiles } = await build({
      absWorkingDir: folder,
      bundle: true,
      format: "esm",
      platform: "neutral",
      conditions: ["workerd", "worker"],
      // Some packages have no "exports"; wrangler reads these too.
      mainFields: ["module", "main"],
      logLevel: "silent",
      ...options,
      write: false,
    });
    return outputFiles[0]?.text ?? "";
  } finally {
    await stop();
  }
}

/** What a Worker is given beside its code. */
export interface WorkerOptions {
  readonly compatibilityFlags?: readonly string[];
  /** KV namespaces by the name of their binding, and the folder where their values are. */
  readonly kv?: { readonly namespaces: Readonly<Record<string, string>>; readonly folder: string };
  /** Texts and JSON by the name of their binding. */
  readonly bindings?: Readonly<Record<string, unknown>>;
}

/** Starts a Worker. */
export async function startWorker(code: string, options: WorkerOptions = {}): Promise<RunningWorker> {
  const { compatibilityFlags = [], kv, bindings = {} } = options;
  // Read by miniflare when it starts the program.
  Deno.env.set("MINIFLARE_WORKERD_PATH", carriedWorkerd().path);
  let log = "";
  const miniflare = new Miniflare({
    modules: [{ type: "ESModule", path: "worker.js", contents: code }],
    compatibilityDate: COMPATIBILITY_DATE,
    compatibilityFlags: [...compatibilityFlags],
    // Miniflare takes whatever JSON can say.
    bindings: bindings as Record<string, string>,
    ...(kv === undefined ? {} : { kvNamespaces: kv.namespaces, kvPersist: kv.folder }),
    // Lets triggers come by requests.
    unsafeTriggerHandlers: true,
    handleStructuredLogs: ({ message }: { readonly message: string }) => void (log += `${message}\n`),
    // No look-up of where this machine is.
    cf: false,
    host: "127.0.0.1",
    port: 0,
  });
  const { origin } = await miniflare.ready;
  const stop = () => miniflare.dispose();
  return {
    url: origin,
    async trigger(scheduledTime) {
      const answer = await fetch(`${origin}/cdn-cgi/handler/scheduled?time=${scheduledTime.getTime()}`);
      return await answer.text() === "ok";
    },
    log: () => log,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
