import { programName } from "../../names.ts";
import type { Preset } from "../../preset.ts";
import { commandLine } from "../../shell.ts";
import { facts } from "./facts.ts";
import { nodeFlags } from "./flags.ts";

/** One ES module that Node 20 and newer runs, with nothing to install. */
export default {
  async pack({ exporter, bundle }) {
    const { code } = await bundle(facts);
    const path = `${programName(exporter)}.mjs`;
    return {
      files: [{ path, content: `#!/usr/bin/env node\n${code}`, executable: true }],
      start: commandLine(["node", ...nodeFlags(exporter), path]),
    };
  },
} satisfies Preset as Preset;
