import { programName } from "../../names.ts";
import type { Preset } from "../../preset.ts";
import { facts } from "../node/facts.ts";
import { installFolder, unit } from "./unit.ts";

/** A service that runs the script of the `node` preset as a user of its own who may do next to nothing. */
export default {
  async pack({ exporter, bundle }) {
    const { code } = await bundle(facts);
    const program = programName(exporter);
    const script = `${program}.mjs`;
    const install = [
      `install -D -m 0644 -t ${installFolder(exporter)} ${script}`,
      `install -m 0644 -t /etc/systemd/system ${program}.service`,
      `systemctl enable --now ${program}`,
    ];
    return {
      files: [
        { path: `${program}.service`, content: unit(exporter, { script, install }) },
        { path: script, content: code },
      ],
      start: install.join(" && "),
    };
  },
} satisfies Preset as Preset;
