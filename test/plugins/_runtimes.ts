/** A plugin as its users install it: from its tarball, on each runtime. */
import type { Command } from "../_process.ts";
import { carriedRuntime, machinePath, ownRuntime } from "../_programs.ts";
import { installedProject } from "../_shared.ts";

/** What a plugin's package is started on: the last is npm's link to its program, for the machine's own `node`. */
export const RUNTIMES = ["deno", "node", "bun", "bin"] as const;

/** The command that starts the installed package of a plugin, such as `nginx-exporter`. */
export async function installedPlugin(name: string, runtime: typeof RUNTIMES[number]): Promise<Command> {
  const { folder: cwd } = await installedProject();
  const file = `${cwd}/node_modules/@exporterkit/${name}/exporter.js`;
  switch (runtime) {
    case "deno":
      return { path: ownRuntime().path, args: ["run", "-A", "--node-modules-dir=manual", file], cwd };
    case "node":
    case "bun":
      return { path: carriedRuntime(runtime).path, args: [file], cwd };
    case "bin":
      return { path: `${cwd}/node_modules/.bin/${name}`, args: [], cwd, env: { PATH: machinePath() } };
  }
}
