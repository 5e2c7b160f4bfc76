import type { Context } from "hono";
import { Hono } from "hono/tiny";
import type { TargetGroup } from "../discovery/target_group.ts";
import type { RunningExporter } from "../exporter/running_exporter.ts";
import type { CollectorReport } from "../exporter/outcome.ts";
import { errorText } from "../log/logger.ts";
import { refusalOf, text } from "./answers.ts";
import { type ExpositionOptions, Expositions } from "./expositions.ts";
import { landingPage } from "./landing_page.ts";
import { probeForm } from "./probe_form.ts";
import { createProbe } from "./probe.ts";
import { scrapeTimeoutMs, selectCollectors } from "./scrape_request.ts";
import { probeTargetGroups } from "./target_groups.ts";

/** How an exporter answers over HTTP. */
export interface HandlerOptions extends ExpositionOptions {
  /** Where the metrics are. @default "/metrics" */
  readonly telemetryPath?: string;
  /** Time kept back from the scraper's timeout, in seconds. @default 0.5 */
  readonly timeoutOffsetSeconds?: number;
  /** Whether a scrape is answered with 500 when any collector or callback failed. @default false */
  readonly strict?: boolean;
  /** Whether a probe of which no collector ended `ok` is answered with 503. @default what the exporter's probe says */
  readonly strictProbes?: boolean | undefined;
  /** What `/sd` answers of the exporter itself, as an http_sd endpoint. @default nothing */
  readonly sd?: (request: Request) => TargetGroup[] | Promise<TargetGroup[]>;
  /** How many scrapes may be answered at the same time; further ones get 503. @default as many as come */
  readonly maxRequests?: number;
  /**
   * Reads the settings again, for a POST to `/-/reload`; gives what is wrong with them, one line each.
   * @default `/-/reload` answers 403
   */
  readonly reload?: () => readonly string[];
}

/** Answers requests. */
export type Handler = (request: Request) => Promise<Response>;

const READ_METHODS = "GET, HEAD";
const WRITE_METHODS = "POST, PUT";

/**
 * Makes the HTTP face of a running exporter: metrics, landing page, health and readiness.
 *
 * `/metrics` always answers 200 with whatever is true, before the scraper's timeout; `collect[]` and `exclude[]` choose
 * collectors. While the exporter drains, and after that, it answers 503. `/-/ready` answers 200 only in the state `ready`.
 * A POST or PUT to `/-/reload` reads the settings again: 200, 500 with what is wrong, or 403 where that is not enabled.
 * Unknown paths are 404, other methods 405 with `Allow`. The first request starts the exporter.
 */
export function createHandler(running: RunningExporter, options: HandlerOptions = {}): Handler {
  const { telemetryPath = "/metrics", sd, maxRequests = Infinity } = options;
  const { exporter, prober } = running;
  const limited = limiter(maxRequests);
  const scrape = limited(createScrape(running, options));
  const app = new Hono();

  route(app, telemetryPath, (context) => scrape(context.req.raw));
  route(app, "/-/healthy", (context) => context.text("Healthy"));
  route(app, "/-/ready", (context) => {
    const { state } = running;
    return state === "ready" ? context.text("Ready") : context.text(`Not ready: ${state}`, 503);
  });
  app.on(["POST", "PUT"], "/-/reload", () => answerReload(options.reload));
  app.all("/-/reload", (context) => refuseMethod(context, WRITE_METHODS));
  if (exporter.probe !== undefined && prober !== undefined) {
    const { strictProbes: strict = exporter.probe.strict } = options;
    const probe = limited(createProbe(running, prober, { ...options, strict }));
    for (const path of [exporter.probe.path, ...exporter.probe.otherPaths]) {
      route(app, path, (context) => probe(context.req.raw));
    }
  }
  if (sd !== undefined || prober !== undefined) {
    // Prometheus takes no other status than 200 and no other type.
    route(app, "/sd", async (context) => context.json(await targetGroups(running, context.req.raw, sd)));
  }
  if (telemetryPath !== "/") {
    const collectors = running.collectors.map((name) => ({ name, help: exporter.collectors[name]!.help }));
    const probe = () => exporter.probe && prober && probeForm(prober, exporter.probe.path);
    route(app, "/", (context) => context.html(landingPage({ ...exporter, telemetryPath, collectors, probe: probe() })));
  }
  app.notFound((context) => context.text(`Not found: ${context.req.path}. The metrics are at ${telemetryPath}\n`, 404));
  return async (request) => {
    running.start();
    return await app.fetch(request);
  };
}

function route(app: Hono, path: string, answer: (context: Context) => Response | Promise<Response>): void {
  app.get(path, answer);
  app.all(path, (context) => refuseMethod(context, READ_METHODS));
}

function refuseMethod(context: Context, expected: string): Response {
  return context.text(`Method not allowed, expected ${expected}\n`, 405, { Allow: expected });
}

/** The exporter itself, then the targets that it probes. */
async function targetGroups(
  { exporter: { probe }, prober }: RunningExporter,
  request: Request,
  sd: HandlerOptions["sd"],
): Promise<TargetGroup[]> {
  const own = await sd?.(request) ?? [];
  if (probe === undefined || prober === undefined) return own;
  return [...own, ...probeTargetGroups(prober.targets, probe.path, { url: new URL(request.url), own })];
}

/** As Prometheus answers to `/-/reload`. */
function answerReload(reload: HandlerOptions["reload"]): Response {
  if (reload === undefined) return text(403, "Reloading is not enabled: start with --web.enable-lifecycle\n");
  const problems = reload();
  if (problems.length === 0) return text(200, "Reloaded\n");
  return text(500, `Settings not reloaded, those of before stay in force:\n${problems.join("\n")}\n`);
}

/** Refuses what would be one too many of all that it limits, with the status that promhttp has for that. */
function limiter(most: number): (answer: Handler) => Handler {
  let answering = 0;
  return (answer) => async (request) => {
    if (answering >= most) {
      return text(503, `Too many scrapes: ${most} are being answered, and no more may be at the same time\n`);
    }
    answering++;
    try {
      return await answer(request);
    } finally {
      answering--;
    }
  };
}

function createScrape(running: RunningExporter, options: HandlerOptions): Handler {
  const { timeoutOffsetSeconds, strict = false } = options;
  const expositions = new Expositions(options);
  return async (request) => {
    const refusal = refusalOf(running);
    if (refusal !== undefined) return refusal;
    const query = new URL(request.url).searchParams;
    const selection = selectCollectors(query, running.collectors);
    if ("problem" in selection) return text(400, `${selection.problem}\n`);

    const { lastEncodeMs } = expositions;
    const timeoutMs = scrapeTimeoutMs(request.headers, { offsetSeconds: timeoutOffsetSeconds, lastEncodeMs });
    const { snapshots, reports, callbacks } = await running.gather({ ...selection, timeoutMs });
    const failures = strict ? [...failuresOf("Collectors", reports), ...failuresOf("Callbacks", callbacks)] : [];
    if (failures.length === 0) return await expositions.answer(request, snapshots);
    snapshots.forEach((snapshot) => snapshot.release());
    return text(500, `${failures.join("\n")}\n`);
  };
}

function failuresOf(
  what: string,
  reports: ReadonlyMap<string, Pick<CollectorReport, "outcome" | "error">>,
): string[] {
  const failures = [...reports].filter(([, { outcome }]) => outcome !== "ok")
    .map(([name, { outcome, error }]) => `${name}: ${outcome}: ${errorText(error)}`);
  return failures.length === 0 ? [] : [`${what} failed:`, ...failures];
}
