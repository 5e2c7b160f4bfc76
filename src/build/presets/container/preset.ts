import type { Exporter } from "../../../exporter/definition.ts";
import { HOST_ROOT, hostFlags } from "../../host_root.ts";
import { labelName, programName, settingsFolder } from "../../names.ts";
import type { Preset } from "../../preset.ts";
import { commandLine } from "../../shell.ts";
import { startedPrograms } from "../../started_programs.ts";
import { facts } from "../node/facts.ts";
import { nodeFlags } from "../node/flags.ts";
import { dockerfile, IMAGE_USER } from "./dockerfile.ts";

/** A Dockerfile and its context, for an image that runs as nobody and writes nothing, and has no shell unless it starts programs. */
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
        commandLine(["docker", "run", "--rm", ...runFlags(exporter), image, ...hostFlags(exporter)]),
      notes: startedPrograms(exporter).others.map((program) =>
        `the image has no ${program}, which the exporter starts: install it in the Dockerfile`
      ),
    };
  },
} satisfies Preset as Preset;

/** What a Dockerfile cannot say. */
function runFlags(exporter: Exporter): string[] {
  const { port, permissions: { read = [] } = {} } = exporter;
  const isHost = hostFlags(exporter).length > 0;
  // Settings are where whoever starts it keeps them, and every container has its own /proc and /sys.
  const isMounted = (path: string) => !isHost && !/^\/(?:$|proc\b|sys\b)/.test(path) && !isSetting(path, exporter);
  return [
    ...["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"],
    ...startedPrograms(exporter).known.map(({ sysctl }) => `--sysctl=${sysctl(IMAGE_USER).join("=")}`),
    ...read.filter(isMounted).map((path) => `--mount=type=bind,source=${path},target=${path},readonly`),
    // The machine's processes, network and mounts, those of later too.
    ...(isHost ? ["--net=host", "--pid=host", "-v", `/:${HOST_ROOT}:ro,rslave`] : ["-p", `${port}:${port}`]),
  ];
}

function isSetting(path: string, exporter: Exporter): boolean {
  return `${path}/`.startsWith(`${settingsFolder(exporter)}/`);
}
