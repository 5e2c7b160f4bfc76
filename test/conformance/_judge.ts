/** The Go program in `judge/`: today's Prometheus and its libraries as readers of our expositions. */
import type { Escaping } from "@exporterkit/core/exposition";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Needs, needsProgram, skipBecause } from "../_programs.ts";
import { judgeProgram } from "../_shared.ts";

const FOLDER = fileURLToPath(new URL("judge/", import.meta.url));

/** One series as Prometheus would store it. */
export interface JudgedSeries {
  /** Its name too, as `__name__`; never empty, and without those of the target. */
  readonly labels: Readonly<Record<string, string>>;
  /** As text, since JSON has no `NaN`; absent on a native histogram. */
  readonly value?: string;
  /** Absent where it is the time of the scrape. */
  readonly timestamp?: number;
  readonly created?: number;
  readonly exemplars?: readonly JudgedExemplar[];
  readonly histogram?: JudgedHistogram;
  readonly family?: JudgedFamily;
}

/** What Prometheus knows of the family of a series. */
export interface JudgedFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly unit: string;
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

/** What one scrape gave. */
export interface Judgement {
  /** In the order in which they were exposed. */
  readonly series: readonly JudgedSeries[];
  /** What Prometheus says of the scrape, by name, such as `up`. */
  readonly report: Readonly<Record<string, number>>;
  /** Why the scrape failed, and what it warned of, such as samples that it dropped. */
  readonly errors: readonly string[];
}

/** How Prometheus is set up to scrape. */
export interface ScrapeSettings {
  /** What it asks for, as `scrape_protocols` names it. @default Prometheus' own default */
  readonly protocols?: readonly string[];
  /** Its `metric_name_escaping_scheme`. @default `allow-utf-8` */
  readonly scheme?: Escaping;
  /** Whether names must be legacy ones. */
  readonly legacyNames?: boolean;
  /** Whether the feature `zstd-scrape` is on. */
  readonly zstd?: boolean;
  /** Whether native histograms are read. */
  readonly native?: boolean;
  /** Whether classic histograms are read beside native ones. */
  readonly classic?: boolean;
  /** Whether classic histograms become native ones with custom buckets. */
  readonly nhcb?: boolean;
  /** Whether start times are read; OpenMetrics' `_created` samples are then no series of their own. */
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

/** Lets Prometheus' own scrape manager scrape a target that answers with the exposition. */
export async function judgeScrape(
  body: Uint8Array | string,
  contentType: string,
  settings: ScrapeSettings = {},
): Promise<Judgement> {
  return JSON.parse(await ask("scrape", ["-content-type", contentType, ...flagsOf(settings)], body));
}

/** Lets Prometheus' own scrape manager scrape a real target once. */
export async function judgeTarget(url: string, settings: ScrapeSettings = {}): Promise<Judgement> {
  return JSON.parse(await ask("scrape", ["-url", url, ...flagsOf(settings)], ""));
}

function flagsOf(settings: ScrapeSettings): string[] {
  return [
    ...(settings.protocols ? ["-protocols", settings.protocols.join(",")] : []),
    ...(settings.scheme ? ["-scheme", settings.scheme] : []),
    ...(settings.legacyNames ? ["-legacy-names"] : []),
    ...(settings.zstd ? ["-zstd"] : []),
    ...(settings.native ? ["-native"] : []),
    ...(settings.classic ? ["-classic"] : []),
    ...(settings.nhcb ? ["-nhcb"] : []),
    ...(settings.skipCreated ? ["-skip-created"] : []),
  ];
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
  const child = new Deno.Command(path, {
    args: [mode, ...flags],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(30_000),
  }).spawn();
  const [{ success, stdout, stderr }] = await Promise.all([child.output(), write(child.stdin, input)]);
  if (!success) throw new Error(new TextDecoder().decode(stderr).trim());
  return stdout;
}

async function write(stdin: WritableStream<Uint8Array>, input: Uint8Array | string): Promise<void> {
  const writer = stdin.getWriter();
  await writer.write(typeof input === "string" ? new TextEncoder().encode(input) : input);
  await writer.close();
}
