/** New projects as users make them: by the program of the packed `create-exporter`, against the packed framework. */
import { dirname } from "node:path";
import { type Command, type Ending, runToEnd } from "../_process.ts";
import { portForLater } from "../_port.ts";
import { carriedRuntime, needsCarriedRuntimes, needsProgram as needs } from "../_programs.ts";
import { once, packedTarballs, projectOf } from "../_shared.ts";

/** What making and trying projects takes. */
export const needsCreate: ReturnType<typeof needs> = {
  ...needsCarriedRuntimes(),
  ...needs("npm", "https://nodejs.org/en/download"),
};

export const TEMPLATES = ["http", "probe", "scheduled", "blank"] as const;
export const RUNTIMES = ["deno", "node", "bun", "workers"] as const;

type Template = typeof TEMPLATES[number];
type Runtime = typeof RUNTIMES[number];

/** How long a package manager or a test runner of a project may take. */
const PATIENCE_MS = 300_000;

/** An environment in which the carried Node, the carried Bun and this Deno are found first. */
export function environment(): Record<string, string> {
  const folders = [carriedRuntime("node").path, carriedRuntime("bun").path, Deno.execPath()].map((path) =>
    dirname(path)
  );
  return { PATH: [...folders, Deno.env.get("PATH") ?? ""].join(":") };
}

/** Runs a command line in a folder. */
export async function run(line: string, cwd: string): Promise<Ending> {
  return await runToEnd(shell(line, cwd), PATIENCE_MS);
}

/** A command line as a shell reads it, in a folder. */
export function shell(line: string, cwd: string): Command {
  return { path: "/bin/sh", args: ["-c", line], cwd, env: environment() };
}

/** The path of the program `create-exporter`, installed. */
export async function createProgram(): Promise<string> {
  const { folder } = await projectOf("create", (tarballs) => ({
    dependencies: { "create-exporter": `file:${tarballs["create-exporter"]}` },
  }));
  return `${folder}/node_modules/.bin/create-exporter`;
}

/** The path of the framework's tarball. */
export async function coreTarball(): Promise<string> {
  const core = (await packedTarballs()).find(({ name }) => name === "@exporterkit/core");
  return core?.path.pathname ?? "";
}

/** A project that was made. */
export interface MadeProject {
  readonly folder: string;
  readonly port: number;
}

/**
 * The projects of all templates for a runtime, in one folder. Where npm or Bun install, they do it once, for `http`, and the
 * others find it beside them.
 */
export async function madeProjects(runtime: Runtime): Promise<Readonly<Record<Template, MadeProject>>> {
  const program = await createProgram();
  const core = await coreTarball();
  return await once(`create-${runtime}`, async (parent) => {
    const made = TEMPLATES.map((template) => ({ template, folder: `${parent}/${template}`, port: portForLater() }));
    for (const { template, folder, port } of made) {
      const flags = `--name=queue --template=${template} --runtime=${runtime} --port=${port} --core=${core}`;
      await mustRun(`${program} ${folder} ${flags}`, parent);
    }
    if (runtime === "deno") {
      // It links what it has once.
      for (const { folder } of made) await mustRun("deno install", folder);
    } else {
      await mustRun(runtime === "bun" ? "bun install" : "npm install --no-audit --no-fund", `${parent}/http`);
      await Deno.rename(`${parent}/http/node_modules`, `${parent}/node_modules`);
    }
    return Object.fromEntries(made.map(({ template, folder, port }) => [template, { folder, port }])) as Record<
      Template,
      MadeProject
    >;
  });
}

async function mustRun(line: string, cwd: string): Promise<void> {
  const { code, stdout, stderr } = await run(line, cwd);
  if (code !== 0) throw new Error(`Cannot make a project: ${line} ended with status ${code}:\n${stdout}${stderr}`);
}
