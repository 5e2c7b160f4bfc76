/** The Go libraries of `go/`, where Go is on the machine. */
import { findProgram } from "../_programs.ts";
import type { Row } from "./_measure.ts";

const FOLDER = new URL("go/", import.meta.url);

/** What the Go libraries need for the same workloads; none without Go, which is said. */
export async function goRows({ quick }: { quick: boolean }): Promise<Row[]> {
  if (findProgram("go") === undefined) {
    console.error("Go: not on the PATH, so client_golang and VictoriaMetrics are left out");
    return [];
  }
  const folder = await Deno.makeTempDir({ prefix: "exporterkit-bench-" });
  try {
    const program = `${folder}/bench`;
    const built = await new Deno.Command("go", { args: ["build", "-buildvcs=false", "-o", program, "."], cwd: FOLDER })
      .output();
    if (!built.success) {
      console.error(`Go: cannot build: ${new TextDecoder().decode(built.stderr).trim()}`);
      return [];
    }
    const { stdout } = await new Deno.Command(program, { args: quick ? ["-quick"] : [], stderr: "inherit" }).output();
    return JSON.parse(new TextDecoder().decode(stdout));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
