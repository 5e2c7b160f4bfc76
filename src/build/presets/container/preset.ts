import { labelName, programName, settingsFolder } from "../../names.ts";
import type { Preset } from "../../preset.ts";
import { commandLine } from "../../shell.ts";
import { facts } from "../node/facts.ts";
import { nodeFlags } from "../node/flags.ts";
import { dockerfile } from "./dockerfile.ts";

/** A Dockerfile and its context, for an image without a shell that runs as nobody and writes nothing. */
export default {
  async pack({ exporter, options, bundle }) {
    const { code } = await bundle(facts);
    const script = `${programName(exporter)}.mjs`;
    const image = options.image ?? `${labelName(exporter)}:${exporter.version}`;
    return {
      files: [
        {
          path: "Dockerfile",
          content: dockerfile(exporter, { script, flags: nodeFlags(exporter, [settingsFolder(exporter)]) }),
        },
        { path: ".dockerignore", content: `*\n!${script}\n` },
        { path: script, content: code },
      ],
      start: `docker build -t ${image} . && ` +
        commandLine(["docker", "run", "--rm", ...RUN_FLAGS, "-p", `${exporter.port}:${exporter.port}`, image]),
    };
  },
} satisfies Preset as Preset;

/** What a Dockerfile cannot say. */
const RUN_FLAGS = ["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"];
