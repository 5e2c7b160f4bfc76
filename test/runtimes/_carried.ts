import { startServer } from "../_process.ts";
import { carriedRuntime, needsCarriedRuntimes, needsProgram } from "../_programs.ts";
import { installedProject } from "../_shared.ts";
import { describeProbes } from "./probe_suite.ts";
import { describeRuntime, type ProgramFile, type RuntimeUnderTest } from "./suite.ts";

/** Runs the suite on a runtime that an npm package carries, in a project where a user installed the tarballs. */
export function describeCarried(name: "node" | "bun"): void {
  async function command(file: ProgramFile, args: readonly string[]) {
    const { folder } = await installedProject();
    const withPaths = args.map((arg) => arg.replace(/\{(\w+)\}/, "$1.ts"));
    return { path: carriedRuntime(name).path, args: [`${file}.ts`, ...withPaths], cwd: folder };
  }
  const runtime: RuntimeUnderTest = {
    name,
    needs: { ...needsCarriedRuntimes(), ...needsProgram("npm", "https://nodejs.org/en/download") },
    version: () => carriedRuntime(name).version,
    startHello: async () => await startServer(await command("hello", ["--web.listen-address=127.0.0.1:0"])),
    command,
  };
  describeRuntime(runtime);
  describeProbes(runtime);
}
