import * as v from "valibot";
import type { Collector, Exporter } from "../exporter/definition.ts";
import { DEFAULT_TIMEOUT_OFFSET_SECONDS } from "../http/scrape_request.ts";
import type { Description } from "../model/description.ts";
import { type Problem, readArguments, settingsFrom } from "../settings/arguments.ts";
import { type Flag, flagsOf } from "../settings/flags.ts";
import type { Address } from "./platform.ts";

/** As in node_exporter and others. */
const DEFAULT_MAX_REQUESTS = 40;

/** The flags of every exporter, named as Prometheus people know them; `metrics.histograms` only where there are such. */
const COMMON = v.object({
  web: v.optional(
    v.object({
      listenAddress: v.optional(
        v.pipe(v.array(v.string()), v.description("Address to listen on, as in :9100 or [::1]:9100. Repeatable.")),
      ),
      telemetryPath: v.optional(
        v.pipe(
          v.string(),
          v.regex(/^\//, 'expected a path that begins with "/"'),
          v.description("Path of the metrics."),
        ),
        "/metrics",
      ),
      maxRequests: v.optional(
        v.pipe(
          v.number(),
          v.integer(),
          v.minValue(0),
          v.description("Most scrapes to answer at the same time; 0 for as many as come."),
        ),
        DEFAULT_MAX_REQUESTS,
      ),
    }),
    {},
  ),
  collector: v.optional(
    v.object({
      disableDefaults: v.optional(
        v.pipe(v.boolean(), v.description("Run only the collectors that are switched on by a flag.")),
        false,
      ),
    }),
    {},
  ),
  scrape: v.optional(
    v.object({
      timeoutOffset: v.optional(
        v.pipe(v.number(), v.minValue(0), v.description("Seconds to keep back from the scraper's timeout.")),
        DEFAULT_TIMEOUT_OFFSET_SECONDS,
      ),
      strict: v.optional(v.pipe(v.boolean(), v.description("Answer 500 when any collector failed.")), false),
    }),
    {},
  ),
  metrics: v.optional(
    v.object({
      histograms: v.optional(
        v.pipe(
          v.picklist(["classic", "native", "both"]),
          v.description("Buckets of all histograms, whatever their definitions say."),
        ),
      ),
    }),
    {},
  ),
  log: v.optional(
    v.object({
      level: v.optional(
        v.pipe(v.picklist(["debug", "info", "warn", "error"]), v.description("Least important lines to log.")),
        "info",
      ),
      format: v.optional(v.pipe(v.picklist(["logfmt", "json"]), v.description("Shape of the log lines.")), "logfmt"),
    }),
    {},
  ),
  help: v.optional(v.pipe(v.boolean(), v.description("Show this text and exit.")), false),
  version: v.optional(v.pipe(v.boolean(), v.description("Show the version and exit.")), false),
});

/** What the command line asks of an exporter. */
export interface ProgramOptions extends v.InferOutput<typeof COMMON> {
  /** Where to listen. */
  readonly addresses: readonly Address[];
  /** Names of the collectors to run. */
  readonly enabled: ReadonlySet<string>;
  /** The exporter's own settings, validated. */
  readonly settings: unknown;
  /** Arguments that ask for nothing. */
  readonly superfluous: readonly string[];
}

/** Reads a command line: options, or everything that is wrong with it. */
export function readProgramOptions(
  exporter: Exporter,
  args: readonly string[],
): { readonly options: ProgramOptions } | { readonly problems: readonly Problem[] } {
  const common = commonFlags(exporter);
  const own = flagsOf(exporter.settings);
  const switches = collectorSwitches(exporter);
  const superfluous = args.filter((arg) => isSuperfluous(arg, exporter));
  const wanted = args.filter((arg) => !superfluous.includes(arg)).map((arg) => arg === "-h" ? "--help" : arg);
  const { values, problems } = readArguments(wanted, [...common, ...switches, ...own]);
  const shared = settingsFrom(COMMON, common, values);
  const settings = settingsFrom(exporter.settings, own, values);
  const options = shared.settings as v.InferOutput<typeof COMMON> | undefined;
  const addresses = (options?.web.listenAddress ?? [`:${exporter.port}`]).map(readAddress);
  const all = [
    ...problems,
    ...shared.problems,
    ...settings.problems,
    ...addresses.filter((address) => typeof address === "string"),
  ];
  if (all.length > 0 || options === undefined) return { problems: all };
  return {
    options: {
      ...options,
      addresses: addresses as Address[],
      enabled: enabledCollectors(exporter, values, options.collector.disableDefaults),
      settings: settings.settings,
      superfluous,
    },
  };
}

function commonFlags(exporter: Exporter): Flag[] {
  const hasHistogram = declaredMetrics(exporter).some(({ type }) => type === "histogram" || type === "gaugehistogram");
  return flagsOf(COMMON).filter(({ name }) => hasHistogram || name !== "metrics.histograms");
}

function declaredMetrics({ metrics, collectors }: Exporter): Description[] {
  const all = [metrics, ...Object.values<Collector>(collectors).map((collector) => collector.metrics)];
  return all.flatMap((metrics) => Object.values<Description>(metrics ?? {}));
}

/** Switching off a collector that does not exist asks for what is already so, as command lines of larger exporters do. */
function isSuperfluous(argument: string, exporter: Exporter): boolean {
  const name = /^--no-collector\.([a-z0-9_]+)$/.exec(argument)?.[1];
  return name !== undefined && !Object.hasOwn(exporter.collectors, name);
}

/** What `--help` prints. */
export function helpText(exporter: Exporter): string {
  const groups: [title: string, flags: Flag[]][] = [
    ["Settings", flagsOf(exporter.settings)],
    ["Collectors", collectorSwitches(exporter)],
    ["Flags", commonFlags(exporter)],
  ];
  const about = exporter.help === undefined ? "" : `${exporter.help}\n`;
  return [
    `${exporter.name} exporter ${exporter.version}\n${about}`,
    ...groups.filter(([, flags]) => flags.length > 0)
      .map(([title, flags]) => `${title}:\n${flags.map((flag) => `  ${flagLine(flag, exporter)}\n`).join("")}`),
  ].join("\n");
}

const HELP_COLUMN = 42;

function flagLine(flag: Flag, exporter: Exporter): string {
  const form = formOf(flag);
  const fallback = flag.name === "web.listen-address" ? `:${exporter.port}` : flag.fallback;
  const notes = [
    flag.choices === undefined ? "" : `One of ${flag.choices.join(", ")}.`,
    isNothing(fallback) ? "" : `Default: ${fallback}.`,
  ];
  const help = [flag.help, ...notes].filter((part) => part !== "").join(" ");
  const gap = form.length < HELP_COLUMN ? " ".repeat(HELP_COLUMN - form.length) : `\n${" ".repeat(HELP_COLUMN + 2)}`;
  return `${form}${gap}${help}`.trimEnd();
}

function formOf({ name, kind }: Flag): string {
  if (name === "help") return "-h, --help";
  if (name === "version") return "--version";
  return kind === "boolean" ? `--[no-]${name}` : `--${name}=<${kind === "list" ? "string" : kind}>`;
}

/** Whether a default is not worth saying. */
function isNothing(fallback: unknown): boolean {
  return fallback === undefined || fallback === "" || fallback === false ||
    Array.isArray(fallback) && fallback.length === 0;
}

function collectorSwitches(exporter: Exporter): Flag[] {
  return Object.entries(exporter.collectors).map(([name, { help, enabled = true }]) => ({
    name: `collector.${name}`,
    path: ["collector", name],
    kind: "boolean",
    help,
    fallback: enabled,
  }));
}

function enabledCollectors(
  exporter: Exporter,
  values: ReadonlyMap<string, unknown>,
  disableDefaults: boolean,
): Set<string> {
  const names = Object.entries(exporter.collectors)
    .filter(([name, { enabled = true }]) => values.get(`collector.${name}`) ?? (enabled && !disableDefaults))
    .map(([name]) => name);
  return new Set(names);
}

/** Reads `host:port`, `[v6]:port` or `:port`; a text that is none of them gives a problem. */
function readAddress(text: string): Address | Problem {
  const match = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) {
    return `Flag --web.listen-address: got ${JSON.stringify(text)}, expected host:port, [address]:port or :port`;
  }
  return { host: match[1] ?? match[2] ?? "", port };
}
