import { conceal } from "../log/redact.ts";
import type { ProgramPlatform } from "./platform.ts";

/**
 * Makes what reads a token that is not one exporter's alone: of a variable, or, anew each time, of the file that the variable
 * `<name>_FILE` names. From then on it is taken out of every log line.
 */
export function tokenOf(
  { variable, readTextFile }: Pick<ProgramPlatform, "variable" | "readTextFile">,
  name: string,
): () => Promise<string | undefined> {
  function read(): string | undefined {
    const file = variable(`${name}_FILE`) ?? "";
    const token = (file === "" ? variable(name) ?? "" : readTextFile(file)).trim();
    conceal(token);
    return token === "" ? undefined : token;
  }
  // What cannot be read rejects.
  return () => new Promise((resolve) => resolve(read()));
}
