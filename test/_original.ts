/** The node_exporter that ours replaces. */
import { ask } from "./_http.ts";
import { freePort } from "./_port.ts";
import { findProgram } from "./_programs.ts";

/** Name of the program in Debian's package. */
export const ORIGINAL = "prometheus-node-exporter";

/** A node_exporter that answers. */
export interface Original {
  /** Address without a path. */
  readonly url: string;
  /** Ends it. */
  stop(): Promise<void>;
}

/** Starts the original, and waits until it answers. */
export async function startOriginal(args: readonly string[] = []): Promise<Original> {
  const address = `127.0.0.1:${freePort()}`;
  const child = new Deno.Command(findProgram(ORIGINAL)!, {
    args: [`--web.listen-address=${address}`, "--web.disable-exporter-metrics", ...args],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  let ended = false;
  child.status.then(() => ended = true);
  async function stop(): Promise<void> {
    if (!ended) child.kill("SIGTERM");
    await child.status;
  }
  for (let tries = 0; tries < 300 && !ended; tries++) {
    const answer = await ask(`http://${address}/`).catch(() => undefined);
    if (answer?.status === 200) return { url: `http://${address}`, stop };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error(`Cannot start ${ORIGINAL} ${args.join(" ")}: nothing answers at ${address}`);
}
