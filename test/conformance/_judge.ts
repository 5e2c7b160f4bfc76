/** The Go program in `judge/`: today's Prometheus and its libraries as readers of our expositions. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Needs, needsProgram, skipBecause } from "../_programs.ts";
import { judgeProgram } from "../_shared.ts";

const FOLDER = fileURLToPath(new URL("judge/", import.meta.url));

/** One series as Prometheus would store it. */
export interface JudgedSeries {
  /** Its name too, as `__name__`. */
  readonly labels: Readonly<Record<string, string>>;
  /** As text, since JSON has no `NaN`; absent on a native histogram. */
  readonly value?: string;
  readonly timestamp?: number;
  readonly created?: number;
  readonly exemplars?: readonly JudgedExemplar[];
  readonly histogram?: JudgedHistogram;
}

/** An exemplar of a series. */
export interface JudgedExemplar {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: string;
  readonly timestamp?: number;
}

/** A native histogram, its buckets as absolute counts. */
export interface JudgedHistogram {
  readonly float: boolean;
  readonly gauge?: boolean;
  readonly schema: number;
  readonly zeroThreshold: string;
  readonly zeroCount: number;
  readonly count: number;
  readonly sum: string;
  readonly positiveSpans: readonly { readonly offset: number; readonly length: number }[];
  readonly positiveBuckets: readonly number[];
  readonly negativeSpans: readonly { readonly offset: number; readonly length: number }[];
  readonly negativeBuckets: readonly number[];
  readonly customValues?: readonly number[];
}

/** What Prometheus makes of an exposition. */
export interface Judgement {
  readonly series: readonly JudgedSeries[];
  readonly metadata: Readonly<Record<string, { readonly type: string; readonly help: string; readonly unit: string }>>;
  /** Family names in the order of their metadata. */
  readonly names: readonly string[];
  readonly comments: readonly string[];
  readonly errors: readonly string[];
}

/** How Prometheus is set up to read. */
export interface ScrapeSettings {
  /** Whether names must be legacy ones. */
  readonly legacyNames?: boolean;
  /** Whether native histograms are read. */
  readonly native?: boolean;
  /** Whether classic histograms are read beside native ones. */
  readonly classic?: boolean;
  /** Whether classic histograms become native ones with custom buckets. */
  readonly nhcb?: boolean;
  /** Whether OpenMetrics' `_created` samples belong to their series instead of being ones. */
  readonly skipCreated?: boolean;
}

/** Says whether the judge can be built: the options for `it` or `describe`. */
export function needsJudge(): Needs {
  const wanted = "Go 1.26.7 or newer";
  const needs = needsProgram("go", `apt-get install -y golang (${wanted})`);
  if (needs.skip !== undefined) return needs;
  const { status, stderr } = spawnSync("go", ["list", "-m"], { cwd: FOLDER, encoding: "utf8" });
  return status === 0 ? {} : skipBecause(`the judge needs ${wanted}: ${stderr.trim()}`);
}

/** Reads an exposition with Prometheus' parsers and the checks of its scrape loop. */
export async function judgeScrape(
  body: Uint8Array | string,
  contentType: string,
  settings: ScrapeSettings = {},
): Promise<Judgement> {
  const flags = [
    ...(settings.legacyNames ? ["-legacy-names"] : []),
    ...(settings.native ? ["-native"] : []),
    ...(settings.classic ? ["-classic"] : []),
    ...(settings.nhcb ? ["-nhcb"] : []),
    ...(settings.skipCreated ? ["-skip-created"] : []),
  ];
  return JSON.parse(await ask("scrape", ["-content-type", contentType, ...flags], body));
}

/** Reads an exposition with expfmt; each family is protobuf's JSON, to be read with `familyOfJson()`. */
export async function judgeFamilies(
  body: Uint8Array | string,
  contentType: string,
): Promise<{ families: unknown[]; errors: string[] }> {
  return JSON.parse(await ask("families", ["-content-type", contentType], body));
}

/** What promlint says of an exposition. */
export async function judgeLint(
  body: Uint8Array | string,
  contentType: string,
): Promise<{ problems: { metric: string; text: string }[]; errors: string[] }> {
  return JSON.parse(await ask("lint", ["-content-type", contentType], body));
}

/** Names as an exposition has them under an escaping scheme, by Prometheus' own functions. */
export async function judgeEscape(names: readonly string[], scheme: string): Promise<Map<string, string>> {
  const escaped: string[] = JSON.parse(await ask("escape", ["-scheme", scheme], JSON.stringify(names)));
  return new Map(names.map((name, i) => [name, escaped[i]!]));
}

/**
 * Undoes a content coding with Prometheus' readers (`gzip`, `zstd`) or Go's own (`go-gzip`).
 *
 * @param options With `single`, a gzip body must be of one member and nothing else.
 * @throws {Error} With what the reader said.
 */
export async function judgeDecompress(
  body: Uint8Array,
  reader: "gzip" | "go-gzip" | "zstd",
  options: { single?: boolean } = {},
): Promise<Uint8Array> {
  const flags = options.single ? ["-single"] : [];
  return await run("decompress", ["-reader", reader, ...flags], body);
}

async function ask(mode: string, flags: readonly string[], body: Uint8Array | string): Promise<string> {
  return new TextDecoder().decode(await run(mode, flags, body));
}

async function run(mode: string, flags: readonly string[], input: Uint8Array | string): Promise<Uint8Array> {
  const { path } = await judgeProgram();
  const { status, stdout, stderr, error } = spawnSync(path, [mode, ...flags], {
    input,
    maxBuffer: 2 ** 28,
    timeout: 30_000,
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(new TextDecoder().decode(stderr).trim());
  return new Uint8Array(stdout);
}
