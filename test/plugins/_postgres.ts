/** A real PostgreSQL, and the exporter that ours replaces. */
import { freePort } from "../_port.ts";
import { runToEnd, startServer } from "../_process.ts";
import { findProgram, type Needs, needsProgram, skipBecause } from "../_programs.ts";
import { startUpstream, type Upstream } from "./_upstream.ts";

const EXPORTER = new URL("../../plugins/postgres_exporter/exporter.ts", import.meta.url).pathname;
const ORIGINAL = "prometheus-postgres-exporter";
/** Debian has a folder for each version, and none of them on the PATH. */
const VERSIONS = "/usr/lib/postgresql";

/** Says whether PostgreSQL can be started: the options for `it` or `describe`. */
export function needsPostgres(): Needs {
  const install = "apt-get install -y postgresql";
  return binaries() === undefined ? skipBecause(`no PostgreSQL in ${VERSIONS}, install with: ${install}`) : {};
}

/** Says whether the original can be compared with. Other versions have other families: 0.11 is what Debian 12 has. */
export function needsOriginal(): Needs {
  const needs = { ...needsPostgres(), ...needsProgram(ORIGINAL, `apt-get install -y ${ORIGINAL}`) };
  if (needs.skip !== undefined) return needs;
  const { stdout, stderr } = new Deno.Command(ORIGINAL, { args: ["--version"] }).outputSync();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  const version = /version (\S+)/.exec(said)?.[1];
  if (version?.startsWith("0.11.")) return {};
  return skipBecause(`${ORIGINAL} is of version ${version}, the comparison is with 0.11`, { alsoInCi: true });
}

/** A PostgreSQL on a port of its own, with roles that are called as their passwords are. */
export interface Postgres extends AsyncDisposable {
  readonly port: number;
  /** Folder of its programs. */
  readonly programs: string;
  /** Folder of its data and its socket. */
  readonly folder: string;
  /** Starts it, with more arguments; it can be started again after it was stopped. */
  start(...args: string[]): Promise<void>;
  stop(): Promise<void>;
  /** Gives it a certificate for `localhost`, `server.crt` in its folder, for when it is started next. Needs openssl. */
  encrypt(): Promise<void>;
  /** Stops all of its processes as they stand. Nothing is closed, and the kernel goes on to take connections. */
  hang(): Promise<void>;
  goOn(): void;
  /** Does something as the superuser, and returns what `psql` prints. */
  sql(...statements: string[]): Promise<string>;
  /** How the exporter is told of it. */
  dataSource(role?: string, database?: string): string;
}

/**
 * Prepares a PostgreSQL that is not started yet. `monitor` has the rights that the exporter needs, `weak` has none.
 *
 * @param programs Folder of its programs. @default that of Debian's newest version
 */
export async function preparePostgres(programs: string = binaries()!): Promise<Postgres> {
  const folder = await ownFolder();
  await run(`${programs}/initdb`, [
    "-D",
    `${folder}/data`,
    "-U",
    "postgres",
    "-A",
    "trust",
    "--locale=C",
    "-E",
    "UTF8",
    "--no-sync",
  ]);
  // By whichever hash of the password this version has: that of MD5 up to 13, then SCRAM.
  await Deno.writeTextFile(
    `${folder}/data/pg_hba.conf`,
    "local all all trust\nlocal replication all trust\nhost all all 127.0.0.1/32 md5\n",
  );
  const postgres = serverIn(folder, programs);
  await postgres.start();
  await postgres.sql(
    "CREATE ROLE monitor LOGIN PASSWORD 'monitor'",
    "GRANT pg_monitor TO monitor",
    "CREATE ROLE weak LOGIN PASSWORD 'weak'",
    "CREATE DATABASE app",
  );
  await postgres.stop();
  return postgres;
}

/** A standby of a PostgreSQL that runs, streaming by a slot. The other is restarted, for a copy of its data. */
export async function prepareStandby(primary: Postgres): Promise<Postgres> {
  const folder = await ownFolder();
  await primary.stop();
  await run(findProgram("cp")!, ["-R", "-p", `${primary.folder}/data`, `${folder}/data`]);
  await primary.start();
  await primary.sql("SELECT pg_create_physical_replication_slot('standby')");
  const from = `host=${primary.folder} port=${primary.port} user=postgres`;
  await Deno.writeTextFile(`${folder}/data/standby.signal`, "");
  const settings = `primary_conninfo = '${from}'\nprimary_slot_name = 'standby'\n`;
  await Deno.writeTextFile(`${folder}/data/postgresql.auto.conf`, settings, { append: true });
  return serverIn(folder, primary.programs);
}

/** Starts ours. */
export function startOurs(dataSource: string, args: readonly string[] = []) {
  return startServer({
    path: Deno.execPath(),
    args: ["run", "-A", EXPORTER, "--web.listen-address=127.0.0.1:0", ...args],
    env: { DATA_SOURCE_NAME: dataSource },
  });
}

/** Starts the original. */
export async function startOriginal(
  dataSource: string,
  args: readonly string[] = [],
): Promise<Upstream & { readonly url: string }> {
  const port = freePort();
  const own = [`--web.listen-address=127.0.0.1:${port}`];
  const command = { path: findProgram(ORIGINAL)!, args: [...own, ...args], env: { DATA_SOURCE_NAME: dataSource } };
  return { ...await startUpstream(command, port), url: `http://127.0.0.1:${port}` };
}

function serverIn(folder: string, programs: string): Postgres {
  const port = freePort();
  let running: Upstream | undefined;
  let stopped: readonly number[] = [];
  function goOn(): void {
    for (const pid of stopped) signal(pid, "SIGCONT");
    stopped = [];
  }
  async function stop(): Promise<void> {
    goOn();
    // SIGINT does not wait for clients to leave.
    const pid = running === undefined ? undefined : await mainProcess(folder);
    if (pid !== undefined) signal(pid, "SIGINT");
    await running?.ended;
    running = undefined;
  }
  return {
    port,
    folder,
    programs,
    async start(...args) {
      const own = ["-D", `${folder}/data`, "-p", String(port), "-c", "listen_addresses=127.0.0.1"];
      const options = ["-c", `unix_socket_directories=${folder}`, "-c", "fsync=off"];
      running = await startUpstream(asOwner(`${programs}/postgres`, [...own, ...options, ...args]), port);
      while ((await psql(folder, port, ["SELECT 1"])).code !== 0) await pause();
    },
    stop,
    async encrypt() {
      const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
      const files = ["-keyout", `${folder}/server.key`, "-out", `${folder}/server.crt`];
      const args = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...names, ...files];
      const { code, stderr } = await runToEnd(asOwner(findProgram("openssl")!, args));
      if (code !== 0) throw new Error(`Cannot make a certificate: ${stderr}`);
      const settings = `ssl = on\nssl_cert_file = '${folder}/server.crt'\nssl_key_file = '${folder}/server.key'\n`;
      await Deno.writeTextFile(`${folder}/data/postgresql.conf`, settings, { append: true });
    },
    async hang() {
      const main = await mainProcess(folder);
      if (main === undefined) throw new Error("PostgreSQL does not run");
      signal(main, "SIGSTOP");
      while (!await isStopped(main)) await pause();
      // No more can come, now that the first has stopped.
      const all = [main, ...await childrenOf(main)];
      stopped = all;
      for (const pid of all) signal(pid, "SIGSTOP");
      for (const pid of all) while (!await isStopped(pid)) await pause();
    },
    goOn,
    async sql(...statements) {
      const { code, stdout, stderr } = await psql(folder, port, statements);
      if (code !== 0) throw new Error(`Cannot run ${statements.join("; ")}: ${stderr}`);
      return stdout.trim();
    },
    dataSource: (role = "monitor", database = "postgres") =>
      `postgresql://${role}:${role}@127.0.0.1:${port}/${database}?sslmode=disable`,
    async [Symbol.asyncDispose]() {
      await stop();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

function psql(folder: string, port: number, statements: readonly string[]) {
  const where = ["-X", "-At", "-q", "-h", folder, "-p", String(port), "-U", "postgres", "postgres"];
  return runToEnd(asOwner(`${binaries()}/psql`, [...where, ...statements.flatMap((statement) => ["-c", statement])]));
}

async function run(program: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await runToEnd(asOwner(program, args));
  if (code !== 0) throw new Error(`Cannot run ${program} ${args.join(" ")}: ${stderr}`);
}

/** How to start a program as whom the server may run as: it refuses to be root. */
function asOwner(path: string, args: readonly string[]) {
  if (Deno.uid() !== 0) return { path, args };
  const as = ["--reuid=postgres", "--regid=postgres", "--clear-groups"];
  return { path: findProgram("setpriv")!, args: [...as, path, ...args], cwd: "/tmp" };
}

async function ownFolder(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "exporterkit-postgres-" });
  if (Deno.uid() === 0) await new Deno.Command("chown", { args: ["postgres:postgres", folder] }).output();
  return folder;
}

/** The folder of the programs of Debian's newest version. */
function binaries(): string | undefined {
  try {
    const versions = [...Deno.readDirSync(VERSIONS)].map(({ name }) => Number(name)).sort((a, b) => b - a);
    return versions.map((version) => `${VERSIONS}/${version}/bin`).find((folder) => {
      try {
        return Deno.statSync(`${folder}/postgres`).isFile;
      } catch {
        return false;
      }
    });
  } catch {
    return undefined;
  }
}

async function mainProcess(folder: string): Promise<number | undefined> {
  const text = await Deno.readTextFile(`${folder}/data/postmaster.pid`).catch(() => "");
  return text === "" ? undefined : Number(text.split("\n")[0]);
}

async function childrenOf(parent: number): Promise<number[]> {
  const children: number[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await Deno.readTextFile(`/proc/${name}/stat`).catch(() => "");
    if (Number(/\) \S (\d+)/.exec(stat)?.[1]) === parent) children.push(Number(name));
  }
  return children;
}

async function isStopped(pid: number): Promise<boolean> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => ") T");
  return /\) [TZ]/.test(stat);
}

function signal(pid: number, name: Deno.Signal): void {
  try {
    Deno.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 10));
}
