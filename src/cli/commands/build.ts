import { join, relative } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { build, type BuiltArtifact, PRESET_NAMES, PRESET_SUMMARIES, type PresetName } from "../../build/build.ts";
import { tableLines } from "../_table.ts";
import { type Command, UsageError } from "../command.ts";

const NAME_COLUMN = 12;
/** Digits of a hash that people compare; `artifact.json` has all of them. */
const HASH_DIGITS = 12;

const HELP = `Usage: exporterkit build FILE --preset NAME[,NAME...] [--out FOLDER]

Makes the exporter of FILE its own deployable artifacts: each preset gets a folder of its name, with an artifact.json
that says what is in it. Two builds of the same sources give the same bytes.

Presets:
${Object.entries(PRESET_SUMMARIES).map(([name, summary]) => `  ${name.padEnd(NAME_COLUMN)}${summary}`).join("\n")}

Options:
  --preset=<names>  What to build for; repeatable, or separated by commas.
  --out=<folder>    Where to. Default: dist.
  --image=<name>    The container image that kubernetes names. Default: <name>-exporter:<version>.
  --kv-id=<id>      The KV namespace that workers binds; needed if a collector collects in the background.
  --json            Print what was built as JSON.
  -h, --help        Show this text.`;

/** `exporterkit build` */
export default {
  summary: "make an exporter its own artifacts: scripts, executables, Workers, images, services",
  help: HELP,
  async run(args) {
    const { entry, presets, out, json, image, kvId } = readArguments(args);
    const progress = progressLine(presets.length);
    try {
      const artifacts = await build(entry, { presets, out, image, kvId, onBegin: progress.begin });
      progress.end();
      console.log(json ? JSON.stringify(artifacts, null, 2) : summaryOf(artifacts));
      return 0;
    } finally {
      progress.end();
    }
  },
} satisfies Command as Command;

interface BuildArguments {
  readonly entry: string;
  readonly presets: readonly PresetName[];
  readonly out: string;
  readonly json: boolean;
  readonly image?: string;
  readonly kvId?: string;
}

function readArguments(args: readonly string[]): BuildArguments {
  const { values, positionals } = parse(args);
  const [entry, ...others] = positionals;
  if (entry === undefined) throw new UsageError("which file? Name the exporter's file, such as exporter.ts");
  if (others.length > 0) throw new UsageError(`one file at a time, got ${positionals.join(", ")}`);
  const presets = [...new Set(values.preset.flatMap((names) => names.split(",")).filter((name) => name !== ""))];
  const known = PRESET_NAMES.join(", ");
  if (presets.length === 0) throw new UsageError(`for which preset? Name some of ${known} with --preset`);
  const unknown = presets.find((name) => !(PRESET_NAMES as readonly string[]).includes(name));
  if (unknown !== undefined) throw new UsageError(`there is no preset "${unknown}", only ${known}`);
  const { out, json, image, "kv-id": kvId } = values;
  return {
    entry,
    presets: presets as PresetName[],
    out,
    json,
    ...(image === undefined ? {} : { image }),
    ...(kvId === undefined ? {} : { kvId }),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        preset: { type: "string", multiple: true, default: [] },
        out: { type: "string", default: "dist" },
        image: { type: "string" },
        "kv-id": { type: "string" },
        json: { type: "boolean", default: false },
      },
    });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** One line on a terminal that says what is being built; nothing elsewhere. */
function progressLine(count: number): { begin(preset: PresetName): void; end(): void } {
  const { stderr } = process;
  if (!stderr.isTTY) return { begin() {}, end() {} };
  let begun = 0;
  const clear = "\r\x1b[K";
  return {
    begin: (preset) => void stderr.write(`${clear}Building ${preset} (${++begun} of ${count})`),
    end: () => void stderr.write(clear),
  };
}

function summaryOf(artifacts: readonly BuiltArtifact[]): string {
  const rows = artifacts.map(({ preset, folder, entry, bytes, gzipBytes, sha256, start }) => [
    preset,
    relative(process.cwd(), join(folder, entry)),
    sizeText(bytes),
    sizeText(gzipBytes),
    sha256.slice(0, HASH_DIGITS),
    start,
  ]);
  const notes = artifacts.flatMap(({ preset, notes }) => notes.map((note) => `${preset}: ${note}`));
  return [
    ...tableLines(["preset", "file", "size", "gzip", "sha256", "start"], rows),
    ...(notes.length > 0 ? ["", ...notes] : []),
  ].join("\n");
}

function sizeText(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
