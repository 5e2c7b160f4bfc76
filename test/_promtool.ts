/** Prometheus' own linter. */
import { findProgram } from "./_programs.ts";

/** What `promtool check metrics` says of a text exposition, line by line: nothing is best. */
export async function promtoolProblems(text: string): Promise<string[]> {
  const child = new Deno.Command(findProgram("promtool")!, {
    args: ["check", "metrics"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return `${decoder.decode(stdout)}${decoder.decode(stderr)}`.split("\n").filter((line) => line !== "");
}
