import { fileURLToPath } from "node:url";
import { startServer } from "../_process.ts";
import { ownRuntime } from "../_programs.ts";
import { describeRuntime, type ProgramFile } from "./suite.ts";

const FILES: Record<ProgramFile, string> = {
  hello: pathOf("../../examples/hello/exporter.ts"),
  slow: pathOf("slow_exporter.ts"),
  large: pathOf("large_exporter.ts"),
  background: pathOf("background_exporter.ts"),
  settings: pathOf("settings_exporter.ts"),
  importer: pathOf("importer.ts"),
};

describeRuntime({
  name: "deno",
  needs: {},
  version: () => ownRuntime().version,
  startHello: async () => await startServer(command("hello", ["--web.listen-address=127.0.0.1:0"])),
  command: (file, args) => Promise.resolve(command(file, args)),
});

function command(file: ProgramFile, args: readonly string[]) {
  const withPaths = args.map((arg) => arg.replace(/\{(\w+)\}/, (_, name) => FILES[name as ProgramFile]));
  return { path: Deno.execPath(), args: ["run", "-A", FILES[file], ...withPaths] };
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
