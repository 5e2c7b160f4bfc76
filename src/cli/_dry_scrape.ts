import type { ChildProcess } from "node:child_process";
import { lint, type LintProblem } from "../lint/lint.ts";
import { parseText } from "../exposition/parse_text.ts";

/** What became of a collector in a scrape. */
export interface CollectorReport {
  readonly collector: string;
  readonly success: boolean;
  readonly series: number;
  readonly seconds: number;
}

/** What one scrape of a started exporter showed. */
export interface DryScrape {
  readonly collectors: readonly CollectorReport[];
  /** Whether it reached its upstream; `undefined` where there is none. */
  readonly up?: boolean;
  readonly problems: readonly LintProblem[];
  /** What it logged as warnings and errors. */
  readonly complaints: readonly string[];
}

/** An exporter that ended before it could be scraped. */
export class EndedError extends Error {
  override name = "EndedError";
  /** Its exit status. */
  readonly status: number;

  constructor(status: number, stderr: string) {
    super(stderr.trim() || `the exporter ended with status ${status} and said nothing`);
    this.status = status;
  }
}

/**
 * Scrapes an exporter once, and ends it.
 *
 * @param child The exporter, started with pipes; it logs where it listens, as logfmt or JSON.
 * @param namespace The prefix of the exporter's metrics about itself.
 * @throws {EndedError} If it ends before.
 * @throws {Error} If it does not answer a scrape with 200.
 */
export async function dryScrape(child: ChildProcess, namespace: string): Promise<DryScrape> {
  let stderr = "";
  const ended = new Promise<EndedError>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve(new EndedError(status ?? 1, stderr)));
  });
  const listening = new Promise<string>((resolve) => {
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      const url = /Listening on (http:[^\s"]+)/.exec(stderr)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
  child.stdout?.resume();
  const url = await Promise.race([listening, ended]);
  if (url instanceof EndedError) throw url;
  try {
    const answer = await fetch(url, { headers: { Accept: "text/plain;version=0.0.4" } });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`a scrape was answered with ${answer.status}: ${text.trim()}`);
    const families = parseText(text);
    return { ...selfMetrics(families, namespace), problems: lint(families), complaints: complaintsIn(stderr) };
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
}

function selfMetrics(families: ReturnType<typeof parseText>, namespace: string): Pick<DryScrape, "collectors" | "up"> {
  const samplesOf = (name: string) => families.find((family) => family.name === `${namespace}_${name}`)?.samples ?? [];
  const valueOf = (name: string, collector: string) =>
    samplesOf(name).find(({ labels }) => labels.collector === collector)?.value ?? NaN;
  const collectors = samplesOf("scrape_collector_success").map(({ labels: { collector = "" }, value }) => ({
    collector,
    success: value === 1,
    series: valueOf("scrape_collector_series", collector),
    seconds: valueOf("scrape_collector_duration_seconds", collector),
  }));
  const [up] = samplesOf("up");
  return { collectors, ...(up === undefined ? {} : { up: up.value === 1 }) };
}

function complaintsIn(stderr: string): string[] {
  return stderr.split("\n").filter((line) => /\blevel=(?:warn|error)\b|"level":"(?:warn|error)"/.test(line));
}
