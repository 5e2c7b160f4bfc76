/** A real MariaDB server, and the exporter that ours replaces. */
import { freePort } from "../_port.ts";
import { findProgram, type Needs, needsProgram, skipBecause } from "../_programs.ts";
import { startUpstream, type Upstream } from "./_upstream.ts";

const ORIGINAL = "prometheus-mysqld-exporter";
const PATIENCE_MS = 60_000;
const POLL_MS = 100;

/** Small files: the tests keep next to nothing in them. */
const SMALL = ["--innodb-log-file-size=4M", "--innodb-buffer-pool-size=16M"];

/** The account for exporters, with the rights that the README asks for. Its password has what addresses are split at. */
export const ACCOUNT = { user: "exporter", password: "pass@word/1:2" };
const GRANTS = "PROCESS, REPLICATION CLIENT, SLAVE MONITOR, SELECT";

/** Says whether MariaDB can be started: the options for `it` or `describe`. */
export function needsMariadb(): Needs {
  return needsProgram(["mariadbd", "mariadb-install-db", "mariadb"], "apt-get install -y mariadb-server");
}

/** Says whether the original can be compared with. Others have other families: 0.14 is what Debian 12 has. */
export function needsOriginal(): Needs {
  const needs = { ...needsMariadb(), ...needsProgram(ORIGINAL, `apt-get install -y ${ORIGINAL}`) };
  if (needs.skip !== undefined) return needs;
  const { stdout, stderr } = new Deno.Command(findProgram(ORIGINAL)!, { args: ["--version"] }).outputSync();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  const version = /version (\S+)/.exec(said)?.[1];
  if (version?.startsWith("0.14.")) return {};
  return skipBecause(`${ORIGINAL} is of version ${version}, the comparison is with 0.14`, { alsoInCi: true });
}

/** A MariaDB in a folder of its own. */
export interface Mariadb extends AsyncDisposable {
  readonly port: number;
  /** Its socket, and whatever else tests keep there. */
  readonly folder: string;
  /** Runs statements as root, and answers what the client prints: a line per row, tabs between cells. */
  sql(statements: string): Promise<string>;
  /** Stops it as it stands; resolves when it answers nothing more. */
  hang(): Promise<void>;
  /** Ends {@link hang}. */
  goOn(): void;
  /** Ends it; it can be started again. */
  stop(): Promise<void>;
  /** Starts it, and waits until it answers. */
  start(): Promise<void>;
}

/** Makes a MariaDB, and waits until it answers. */
export async function startMariadb(args: readonly string[] = []): Promise<Mariadb> {
  const folder = await Deno.makeTempDir({ prefix: "exporterkit-mariadb-" });
  await Deno.mkdir(`${folder}/tmp`);
  const socket = `${folder}/mariadb.sock`;
  const port = freePort();
  // MariaDB runs as root only if it is told so by name.
  const user = Deno.uid() === 0 ? ["--user=root"] : [];
  // A server that starts removes what it takes for its own leftovers from the folder of temporary tables.
  const common = ["--no-defaults", `--datadir=${folder}/data`, `--tmpdir=${folder}/tmp`, ...user, ...SMALL];
  let running: Upstream | undefined;

  async function sql(statements: string): Promise<string> {
    const options = ["--no-defaults", `--socket=${socket}`, "--user=root", "--skip-column-names", "--batch"];
    return await output("mariadb", [...options, `--execute=${statements}`]);
  }
  async function stop(): Promise<void> {
    await running?.stop();
    running = undefined;
  }
  async function start(): Promise<void> {
    const own = [`--socket=${socket}`, `--port=${port}`, "--bind-address=127.0.0.1", `--pid-file=${folder}/pid`];
    running = await startUpstream({ path: findProgram("mariadbd")!, args: [...common, ...own, ...args] }, port);
    const giveUp = Date.now() + PATIENCE_MS;
    while (await sql("SELECT 1").catch(() => undefined) === undefined) {
      if (Date.now() > giveUp) throw new Error(`MariaDB does not answer; it wrote:\n${running.output()}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
  async function dispose(): Promise<void> {
    await stop();
    await Deno.remove(folder, { recursive: true });
  }

  try {
    const method = "--auth-root-authentication-method=normal";
    await output("mariadb-install-db", [...common, method, "--skip-test-db"]);
    await start();
    const account = `'${ACCOUNT.user}'@'%'`;
    await sql(`CREATE USER ${account} IDENTIFIED BY '${ACCOUNT.password}'; GRANT ${GRANTS} ON *.* TO ${account}`);
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    port,
    folder,
    sql,
    hang: async () => await running?.hang(),
    goOn: () => running?.goOn(),
    stop,
    start,
    [Symbol.asyncDispose]: dispose,
  };
}

/** How both exporters are told of a server. */
export function dataSourceName(port: number, { user, password } = ACCOUNT): string {
  return `${user}:${password}@tcp(127.0.0.1:${port})/`;
}

/** Starts the original. */
export async function startOriginal(
  dataSourceName: string,
  args: readonly string[] = [],
): Promise<Upstream & { readonly url: string }> {
  const port = freePort();
  const own = [`--web.listen-address=127.0.0.1:${port}`, ...args];
  const command = { path: findProgram(ORIGINAL)!, args: own, env: { DATA_SOURCE_NAME: dataSourceName } };
  return { ...await startUpstream(command, port), url: `http://127.0.0.1:${port}` };
}

async function output(program: string, args: readonly string[]): Promise<string> {
  const command = new Deno.Command(findProgram(program)!, { args: [...args], stdin: "null" });
  const { success, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  if (success) return decoder.decode(stdout);
  throw new Error(`Cannot run ${program} ${args.join(" ")}: ${decoder.decode(stderr)}${decoder.decode(stdout)}`);
}
