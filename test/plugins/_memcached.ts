/** A real memcached, and the exporter that ours replaces. */
import { connect } from "node:net";
import { freePort } from "../_port.ts";
import { findProgram, type Needs, needsProgram } from "../_programs.ts";
import { memcachedExporterProgram } from "../_shared.ts";
import { startUpstream, type Upstream } from "./_upstream.ts";

/** Says whether memcached can be started: the options for `it` or `describe`. */
export function needsMemcached(): Needs {
  return needsProgram(["memcached", "openssl"], "apt-get install -y memcached openssl");
}

/** Says whether the original can be built and compared with. */
export function needsOriginal(): Needs {
  return needsProgram(["memcached", "go"], "apt-get install -y memcached golang (Go 1.24 or newer)");
}

/** A memcached on a port of its own. */
export interface Memcached extends AsyncDisposable {
  /** `127.0.0.1:<port>` */
  readonly address: string;
  /** Starts it, with more arguments; it can be started again after it was stopped. */
  start(...args: string[]): Promise<void>;
  stop(): Promise<void>;
  /** Stops it as it stands, see {@link Upstream}. */
  hang(): Promise<void>;
  goOn(): void;
  /** Sends commands, each with what it ends with, and returns what memcached answers when it has answered the last. */
  ask(...commands: string[]): Promise<string>;
}

/** Prepares a memcached that is not started yet. */
export function prepareMemcached(): Memcached {
  const port = freePort();
  let running: Upstream | undefined;
  async function stop(): Promise<void> {
    await running?.stop();
    running = undefined;
  }
  return {
    address: `127.0.0.1:${port}`,
    async start(...args) {
      // It refuses to run as root unless it is told to.
      const user = Deno.uid() === 0 ? ["-u", "root"] : [];
      const own = ["-l", "127.0.0.1", "-p", String(port), "-U", "0", ...user];
      running = await startUpstream({ path: findProgram("memcached")!, args: [...own, ...args] }, port);
    },
    stop,
    hang: async () => await running?.hang(),
    goOn: () => running?.goOn(),
    ask: (...commands) => askAt(port, commands),
    [Symbol.asyncDispose]: stop,
  };
}

/** Starts the original. */
export async function startOriginal(
  memcached: Memcached,
  more: readonly string[] = [],
): Promise<Upstream & { readonly url: string }> {
  const port = freePort();
  const { path } = await memcachedExporterProgram();
  const args = [`--web.listen-address=127.0.0.1:${port}`, `--memcached.address=${memcached.address}`, ...more];
  return { ...await startUpstream({ path, args }, port), url: `http://127.0.0.1:${port}` };
}

function askAt(port: number, commands: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    socket.setEncoding("utf8");
    socket.on("data", (text) => answer += text);
    socket.on("error", reject);
    socket.on("end", () => resolve(answer));
    socket.write([...commands, "quit", ""].join("\r\n"));
  });
}
