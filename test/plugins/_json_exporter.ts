/** The json_exporter that ours replaces, built from the source of its last version. */
import { ask } from "../_http.ts";
import { freePort } from "../_port.ts";
import { type Command, type Server, startServer } from "../_process.ts";
import { type Needs, needsProgram } from "../_programs.ts";
import { jsonExporterProgram } from "../_shared.ts";

const FOLDER = new URL("json_exporter/", import.meta.url);
const MODULE = "github.com/prometheus-community/json_exporter";

/** The file of ours. */
export const EXPORTER: string = new URL("../../plugins/json_exporter/exporter.ts", import.meta.url).pathname;

/** What tests that compare with the original need. */
export function needsOriginal(): Needs {
  return needsProgram("go", "apt-get install -y golang");
}

/** The folder of the original's source, with its examples. */
export async function originalSource(): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("go", {
    args: ["list", "-m", "-f", "{{.Dir}}", MODULE],
    cwd: FOLDER,
  }).output();
  if (!success) throw new Error(`Cannot find the source of ${MODULE}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout).trim();
}

/** An exporter that can be probed. */
export interface Probed extends AsyncDisposable {
  readonly url: string;
  /** Probes, and gives the answer as it is. */
  probe(
    query: readonly (readonly [name: string, value: string])[] | Readonly<Record<string, string>>,
    headers?: Record<string, string>,
  ): Promise<{ readonly status: number; readonly text: string }>;
  /** What it has written on standard error so far. */
  log(): string;
  signal(name: Deno.Signal): void;
}

/** Starts ours with a settings file, on Deno or by another command. It may probe loopback addresses. */
export async function startOurs(
  config: string,
  command: Command = { path: Deno.execPath(), args: ["run", "-A", EXPORTER] },
  { flags: more = [] }: { readonly flags?: readonly string[] } = {},
): Promise<Probed> {
  const flags = [`--config.file=${config}`, "--web.listen-address=127.0.0.1:0", "--probe.allow=127.0.0.0/8", ...more];
  const server = await startServer({ ...command, args: [...command.args, ...flags] });
  return probed(server.url, server);
}

/** Starts the original with its configuration file. */
export async function startOriginal(config: string): Promise<Probed> {
  const { path } = await jsonExporterProgram();
  const address = `127.0.0.1:${freePort()}`;
  const child = new Deno.Command(path, {
    args: [`--config.file=${config}`, `--web.listen-address=${address}`],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let isAlive = true;
  child.status.then(() => isAlive = false);
  let log = "";
  const logged = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) log += text;
  })();
  const server = {
    stderr: () => log,
    signal: (name: Deno.Signal) => {
      if (isAlive) child.kill(name);
    },
    async [Symbol.asyncDispose]() {
      if (isAlive) child.kill("SIGTERM");
      await Promise.all([child.status, logged]);
    },
  };
  for (let tries = 0; tries < 300 && isAlive; tries++) {
    const answer = await ask(`http://${address}/`).catch(() => undefined);
    if (answer?.status === 200) return probed(`http://${address}`, server);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await server[Symbol.asyncDispose]();
  throw new Error(`Cannot start json_exporter with ${config}: nothing answers at ${address}; it wrote:\n${log}`);
}

function probed(url: string, server: Pick<Server, "stderr" | "signal"> & AsyncDisposable): Probed {
  return {
    url,
    probe: (query, headers = {}) => ask(`${url}/probe?${new URLSearchParams(query as never)}`, { headers }),
    log: server.stderr,
    signal: server.signal,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
