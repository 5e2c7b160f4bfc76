import { fileURLToPath } from "node:url";
import { startServer } from "../_process.ts";
import { ownRuntime } from "../_programs.ts";
import { describeProbes } from "./probe_suite.ts";
import { describeRuntime, type ProgramFile, type RuntimeUnderTest } from "./suite.ts";

const FILES: Record<ProgramFile, string> = {
  hello: pathOf("../../examples/hello/exporter.ts"),
  reach: pathOf("../../examples/reach/exporter.ts"),
  asking: pathOf("asking_exporter.ts"),
  slow: pathOf("slow_exporter.ts"),
  large: pathOf("large_exporter.ts"),
  background: pathOf("background_exporter.ts"),
  settings: pathOf("settings_exporter.ts"),
  importer: pathOf("importer.ts"),
};

const deno: RuntimeUnderTest = {
  name: "deno",
  needs: {},
  version: () => ownRuntime().version,
  startHello: async () => await startServer(command("hello", ["--web.listen-address=127.0.0.1:0"])),
  command: (file, args) => Promise.resolve(command(file, args)),
};

describeRuntime(deno);
describeProbes(deno);

function command(file: ProgramFile, args: readonly string[]) {
  const withPaths = args.map((arg) => arg.replace(/\{(\w+)\}/, (_, name) => FILES[name as ProgramFile]));
  return { path: Deno.execPath(), args: ["run", "-A", FILES[file], ...withPaths] };
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
