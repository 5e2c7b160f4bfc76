/** The node_exporter that ours replaces. */
import { ask } from "./_http.ts";
import { freePort } from "./_port.ts";
import { findProgram, type Needs, needsProgram, skipBecause } from "./_programs.ts";

/** Name of the program in Debian's package. */
const ORIGINAL = "prometheus-node-exporter";

/**
 * Says whether tests that compare with the original can run. Other versions have other families: 1.5 is what Debian 12 has.
 *
 * @returns The options for `it` or `describe`.
 */
export function needsOriginal(): Needs {
  const needs = needsProgram(ORIGINAL, "apt-get install -y prometheus-node-exporter");
  if (needs.skip !== undefined) return needs;
  const { stdout, stderr } = new Deno.Command(findProgram(ORIGINAL)!, { args: ["--version"] }).outputSync();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  const version = /version (\S+)/.exec(said)?.[1];
  if (version?.startsWith("1.5.")) return {};
  return skipBecause(`${ORIGINAL} is of version ${version}, the comparison is with 1.5`, { alsoInCi: true });
}

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
