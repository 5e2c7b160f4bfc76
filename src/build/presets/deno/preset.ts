import { HEAP_FLAGS } from "../../heap_flags.ts";
import { programName } from "../../names.ts";
import type { Preset } from "../../preset.ts";
import { commandLine } from "../../shell.ts";
import { compile } from "./compile.ts";
import { facts } from "./facts.ts";
import { denoFlags } from "./flags.ts";

/** One script that grants itself what the exporter declares, and an executable where `deno compile` can make one. */
export default {
  async pack({ exporter, bundle }) {
    const { code } = await bundle(facts);
    const program = programName(exporter);
    const { flags: grants, note } = denoFlags(exporter);
    const flags = [`--v8-flags=${HEAP_FLAGS.join(",")}`, ...grants];
    const run = ["run", ...flags];
    const compiled = await compile(code, program, flags);
    const script = {
      path: `${program}.js`,
      content: `#!/usr/bin/env -S deno ${commandLine(run)}\n${code}`,
      executable: true,
    };
    const notes = note === undefined ? [] : [note];
    if ("problem" in compiled) notes.push(`a script only, no executable: ${compiled.problem}`);
    const executables = "executable" in compiled
      ? [{ path: program, content: compiled.executable, executable: true }]
      : [];
    return {
      files: [script, ...executables],
      start: commandLine(["deno", ...run, script.path]),
      notes,
    };
  },
} satisfies Preset as Preset;
