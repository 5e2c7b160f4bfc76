/** Programs bundled for Cloudflare Workers, and run by workerd. */
import { build, type BuildOptions, stop } from "esbuild";
import { Miniflare } from "miniflare";
import { carriedWorkerd } from "./_programs.ts";

/** A fixed day, so that the same platform answers whenever a test runs. */
export const COMPATIBILITY_DATE = "2026-01-01";

/** A Worker that answers. */
export interface RunningWorker extends AsyncDisposable {
  /** Its address, without a slash at the end. */
  readonly url: string;
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
      logLevel: "silent",
      ...options,
      write: false,
    });
    return outputFiles[0]?.text ?? "";
  } finally {
    await stop();
  }
}

/** Starts a Worker. */
export async function startWorker(code: string, compatibilityFlags: string[] = []): Promise<RunningWorker> {
  // Read by miniflare when it starts the program.
  Deno.env.set("MINIFLARE_WORKERD_PATH", carriedWorkerd().path);
  const miniflare = new Miniflare({
    modules: [{ type: "ESModule", path: "worker.js", contents: code }],
    compatibilityDate: COMPATIBILITY_DATE,
    compatibilityFlags,
    // No look-up of where this machine is.
    cf: false,
    host: "127.0.0.1",
    port: 0,
  });
  const { origin } = await miniflare.ready;
  const stop = () => miniflare.dispose();
  return { url: origin, stop, [Symbol.asyncDispose]: stop };
}
