import process from "node:process";
import { readEntryArguments } from "../_entry_arguments.ts";
import { exporterProgram } from "../_program.ts";
import type { Command } from "../command.ts";

/** `exporterkit run` */
export default {
  summary: "run an exporter, also where Node reads no TypeScript",
  help: `Usage: exporterkit run FILE [arguments of the exporter]

Runs the exporter of FILE on the runtime that runs this command, bundled as its artifact would be. What follows FILE is
the exporter's own, --help too: exporterkit run exporter.ts -- --help. The exit status is the exporter's.`,
  async run(args) {
    const { entry, rest } = readEntryArguments(args);
    await using program = await exporterProgram(entry);
    const child = program.start(rest, "inherit");
    // A terminal tells both; whoever ends only this one means the exporter.
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
    return await new Promise<number>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve(code ?? 1));
    });
  },
} satisfies Command as Command;
