import type { Gathered } from "../exporter/gathered.ts";
import { ProbeError, type Prober } from "../exporter/prober.ts";
import type { RunningExporter } from "../exporter/running_exporter.ts";
import { encode } from "../exposition/encode.ts";
import { negotiate } from "../exposition/negotiate.ts";
import { createLogger, errorText, type Logger } from "../log/logger.ts";
import { refusalOf, text } from "./answers.ts";
import { type ExpositionOptions, Expositions } from "./expositions.ts";
import { scrapeTimeoutMs, selectCollectors } from "./scrape_request.ts";

/** How probes are answered. */
export interface ProbeOptions extends ExpositionOptions {
  /** Time kept back from the scraper's timeout, in seconds. @default 0.5 */
  readonly timeoutOffsetSeconds?: number;
  /** Whether a probe of which no collector ended `ok` is answered with 503. @default false */
  readonly strict?: boolean;
}

const STATUSES: Readonly<Record<ProbeError["reason"], number>> = { unknown: 400, forbidden: 403 };

/**
 * Answers probes: 200 with what is true of the target, and `probe_success` to say whether that is good; 400 for what is
 * missing or unknown, 403 for where nobody is sent. Nothing is sent to a target that is answered with 403. With `strict` a
 * target that no collector could read is a 503, which says why.
 *
 * With `debug=true` in the query the answer is for people: the probe's log, and the samples, as plain text.
 */
export function createProbe(
  running: RunningExporter,
  prober: Prober,
  options: ProbeOptions,
): (request: Request) => Promise<Response> {
  const expositions = new Expositions(options);
  return async (request) => {
    const refusal = refusalOf(running);
    if (refusal !== undefined) return refusal;
    const query = new URL(request.url).searchParams;
    const asked = (name: string) => query.get(name) ?? undefined;
    try {
      const selected = prober.select({
        target: asked("target"),
        module: asked("module"),
        authModule: asked("auth_module"),
        parameters: (name) => query.getAll(name),
      });
      const selection = selectCollectors(query, selected.collectors);
      if ("problem" in selection) return text(400, `${selection.problem}\n`);
      const { lastEncodeMs } = expositions;
      const { timeoutOffsetSeconds: offsetSeconds } = options;
      const timeoutMs = scrapeTimeoutMs(request.headers, { offsetSeconds, lastEncodeMs });
      if (query.get("debug") === "true") {
        return text(200, await explain((log) => running.probe(selected, { ...selection, timeoutMs, log })));
      }
      const { snapshots, reports } = await running.probe(selected, { ...selection, timeoutMs });
      const reason = options.strict ? unreadReason(reports) : undefined;
      if (reason === undefined) return await expositions.answer(request, snapshots);
      snapshots.forEach((snapshot) => snapshot.release());
      return text(503, `Cannot read the target: ${reason}\n`);
    } catch (error) {
      if (error instanceof ProbeError) return text(STATUSES[error.reason], `${error.message}\n`);
      throw error;
    }
  };
}

/** Why no collector could read the target, each reason once; `undefined` if one did, or none ran. */
function unreadReason(reports: Gathered["reports"]): string | undefined {
  const all = [...reports.values()];
  if (all.length === 0 || all.some(({ outcome }) => outcome === "ok")) return undefined;
  const reasons = all.map(({ outcome, error }) => `${outcome}: ${errorText(error)}`);
  return [...new Set(reasons)].join("; ").replace(/\s+/g, " ");
}

/** What a person wants to know of a probe that fails: what happened, and what Prometheus would have got, as text. */
async function explain(probe: (log: Logger) => Promise<Gathered>): Promise<string> {
  const lines: string[] = [];
  const { snapshots } = await probe(createLogger({ level: "debug", write: (line) => lines.push(line) }));
  const metrics = new TextDecoder().decode(encode(snapshots, negotiate(null)));
  return ["Logs for the probe:", ...lines, "", "Metrics that would have been returned:", metrics].join("\n");
}
