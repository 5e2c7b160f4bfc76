/** Servers, the original and ours for the tests of blackbox_exporter. */
import { fileURLToPath } from "node:url";
import { makeAuthority, makeCertificate } from "../_certificates.ts";
import { freePort } from "../_port.ts";
import { type Command, startServer } from "../_process.ts";
import {
  carriedRuntime,
  findProgram,
  type Needs,
  needsCarriedRuntimes,
  needsProgram,
  skipBecause,
} from "../_programs.ts";

const ORIGINAL = "prometheus-blackbox-exporter";
const INSTALL = "apt-get install -y prometheus-blackbox-exporter iputils-ping openssl";
export const EXPORTER = fileURLToPath(new URL("../../plugins/blackbox_exporter/exporter.ts", import.meta.url));

/** What can be probed. */
export interface Targets extends AsyncDisposable {
  /** Port of each server on 127.0.0.1. */
  readonly ports: Readonly<Record<string, number>>;
  /** A text with these ports where it has `:` and the name of a server in capitals. */
  withPorts(text: string): string;
  /** The folder of the certificates. */
  readonly folder: string;
  /** Sends a signal to all of them, which are one process. */
  signal(name: Deno.Signal): void;
  /** What the web servers were asked since the last time. */
  asked(): Promise<string[]>;
}

/** Whether the servers can be started. */
export function needsTargets(): Needs {
  return { ...needsCarriedRuntimes(), ...needsProgram(["openssl", "ping"], INSTALL) };
}

/** Whether the original can be run beside ours: of version 0.23, which is in Debian 12. */
export function needsOriginal(): Needs {
  const needs = { ...needsTargets(), ...needsProgram([ORIGINAL, "openssl", "ping"], INSTALL) };
  if (needs.skip !== undefined) return needs;
  const { stdout, stderr } = new Deno.Command(findProgram(ORIGINAL)!, { args: ["--version"] }).outputSync();
  const version = /version (\S+)/.exec([stdout, stderr].map((text) => new TextDecoder().decode(text)).join())?.[1];
  if (version?.startsWith("0.23.")) return {};
  return skipBecause(`${ORIGINAL} is of version ${version}, the comparison is with 0.23`, { alsoInCi: true });
}

/** Starts everything that can be probed. */
export async function startTargets(): Promise<Targets> {
  const folder = await Deno.makeTempDir({ prefix: "exporterkit-blackbox-" });
  await makeAuthority(folder, "ca");
  await Promise.all([
    makeCertificate(folder, "good", { by: "ca" }),
    makeCertificate(folder, "expired", { by: "ca", days: -1 }),
    makeCertificate(folder, "self"),
  ]);
  const file = fileURLToPath(new URL("_blackbox_servers.ts", import.meta.url));
  const server = await startServer({ path: carriedRuntime("node").path, args: [file, folder] });
  const tell = async (path: string) => await (await fetch(`${server.url}${path}`)).json();
  const ports: Record<string, number> = await tell("/");
  return {
    folder,
    ports,
    withPorts: (text) => text.replace(/:([A-Z]+)\b/g, (_, name) => `:${ports[name.toLowerCase()] ?? name}`),
    signal: server.signal,
    asked: () => tell("/asked"),
    async [Symbol.asyncDispose]() {
      server.signal("SIGCONT");
      await server.stop();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Writes the file of modules for the targets. @returns Its path. */
export async function writeModules({ folder, withPorts }: Targets): Promise<string> {
  const path = `${folder}/modules.yml`;
  const modules = await Deno.readTextFile(new URL("blackbox_modules.yml", import.meta.url));
  await Deno.writeTextFile(path, withPorts(modules.replaceAll("FOLDER", folder)));
  return path;
}

/** An exporter that answers probes. */
export interface Exporter extends AsyncDisposable {
  readonly url: string;
  /** Probes a target as a Prometheus does that waits so many seconds. */
  probe(query: Readonly<Record<string, string>>, timeoutSeconds?: number): Promise<string>;
}

/** Ours, which tells what it has logged so far. */
export interface OurExporter extends Exporter {
  log(): string;
}

/** Starts ours with a file of modules, where loopback is open. */
export async function startOurs(modules: string, command: Partial<Command> = {}): Promise<OurExporter> {
  const { path = Deno.execPath(), args = ["run", "-A", EXPORTER], ...rest } = command;
  const flags = [`--config.file=${modules}`, "--web.listen-address=127.0.0.1:0", "--probe.allow=127.0.0.0/8"];
  const server = await startServer({ path, args: [...args, ...flags], ...rest });
  return { ...exporterOf(server.url, server.stop), log: server.stderr };
}

/** Starts the original with a file of modules, and waits until it answers. */
export async function startOriginal(modules: string): Promise<Exporter> {
  const address = `127.0.0.1:${freePort()}`;
  const child = new Deno.Command(findProgram(ORIGINAL)!, {
    args: [`--config.file=${modules}`, `--web.listen-address=${address}`],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  let isAlive = true;
  child.status.then(() => isAlive = false);
  async function stop(): Promise<void> {
    if (isAlive) child.kill("SIGTERM");
    await child.status;
  }
  for (let tries = 0; tries < 300 && isAlive; tries++) {
    const status = await fetch(`http://${address}/-/healthy`).then((answer) => answer.text(), () => undefined);
    if (status !== undefined) return exporterOf(`http://${address}`, stop);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error(`Cannot start ${ORIGINAL} with ${modules}: nothing answers at ${address}`);
}

function exporterOf(url: string, stop: () => Promise<unknown>): Exporter {
  return {
    url,
    async probe(query, timeoutSeconds = 5) {
      const answer = await fetch(`${url}/probe?${new URLSearchParams(query)}`, {
        headers: { "X-Prometheus-Scrape-Timeout-Seconds": String(timeoutSeconds) },
      });
      const text = await answer.text();
      if (answer.status !== 200) throw new Error(`The probe was answered with ${answer.status}: ${text}`);
      return text;
    },
    [Symbol.asyncDispose]: async () => void await stop(),
  };
}
