import * as v from "valibot";
import { allCollectors } from "../exporter/all_collectors.ts";
import type { Collector, Exporter } from "../exporter/definition.ts";
import type { Probe } from "../exporter/prober.ts";
import { DEFAULT_TIMEOUT_OFFSET_SECONDS } from "../http/scrape_request.ts";
import type { Description } from "../model/description.ts";
import { type DocumentReading, readDocument, type SettingsDocument, unknownKeys } from "../settings/document.ts";
import { type CommonAlias, toAliases } from "../settings/alias.ts";
import type { Given, Problem } from "../settings/given.ts";
import { flagsOf, type Setting, settingsOf, upperCase, variablesOf } from "../settings/setting.ts";
import { type Known, settle } from "../settings/settle.ts";
import type { FileReader } from "../settings/secret_file.ts";
import { variablePrefix } from "../settings/variables.ts";
import { parseAddress } from "./address.ts";
import { DISCOVERY } from "./discovery_settings.ts";

/** As in node_exporter and others. */
const DEFAULT_MAX_REQUESTS = 40;

/** What every exporter can be told, named as Prometheus people know it; `metrics.histograms` only where there are such. */
const COMMON = v.object({
  web: v.optional(
    v.object({
      listenAddress: v.optional(
        v.pipe(
          v.array(v.pipe(v.string(), v.check(isAddress, "expected host:port, [address]:port or :port"))),
          v.description("Address to listen on, as in :9100 or [::1]:9100. Repeatable."),
        ),
      ),
      systemdSocket: v.optional(
        v.pipe(
          v.boolean(),
          v.description("Not supported: as false only, for command lines of other exporters."),
          v.check((on) => !on, "expected false: sockets of systemd cannot be taken over, use --web.listen-address"),
        ),
        false,
      ),
      telemetryPath: v.optional(
        v.pipe(
          v.string(),
          v.regex(/^\//, 'expected a path that begins with "/"'),
          v.description("Path of the metrics."),
        ),
        "/metrics",
      ),
      config: v.optional(
        v.object({
          file: v.optional(
            v.pipe(
              v.string(),
              v.description("File with TLS, users, headers and rate limit, as exporter-toolkit has it."),
            ),
            "",
          ),
        }),
        {},
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
      disableExporterMetrics: v.optional(
        v.pipe(v.boolean(), v.description("Leave out process_*, which is about the exporter's own process.")),
        false,
      ),
      enableLifecycle: v.optional(
        v.pipe(v.boolean(), v.description("Reload the settings file on POST /-/reload, as on SIGHUP.")),
        false,
      ),
    }),
    {},
  ),
  collector: v.optional(
    v.object({
      disableDefaults: v.optional(
        v.pipe(v.boolean(), v.description("Run only the collectors that are switched on.")),
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
  discovery: v.optional(DISCOVERY, {}),
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
});

/** What exporters that probe can be told too. */
function probing({ strict }: Pick<Probe, "strict">) {
  return v.object({
    probe: v.optional(
      v.object({
        allow: v.optional(
          v.pipe(
            v.array(v.string()),
            v.description("Closed host or range that may be probed, as in localhost:9200 or 127.0.0.0/8. Repeatable."),
          ),
          [],
        ),
        strict: v.optional(
          v.pipe(v.boolean(), v.description("Answer 503 when no collector of a probe could read its target.")),
          strict,
        ),
      }),
      {},
    ),
  });
}

/** What every exporter can be told. */
export type CommonOptions = v.InferOutput<typeof COMMON> & Partial<v.InferOutput<ReturnType<typeof probing>>>;

/** What an exporter was told. */
export interface ExporterOptions {
  /** What every exporter can be told. */
  readonly common: CommonOptions;
  /** Names of the collectors to run. */
  readonly enabled: ReadonlySet<string>;
  /** The exporter's own settings, validated. */
  readonly settings: unknown;
}

/** The settings of one exporter, in three parts. */
export interface SettingGroups {
  readonly own: readonly Setting[];
  readonly switches: readonly Setting[];
  readonly common: readonly Setting[];
}

/**
 * All settings of an exporter that a text can give.
 *
 * @throws {TypeError} If a setting of the exporter's own has the name of another, or there is none that has an alias.
 */
export function settingGroups(exporter: Exporter): SettingGroups {
  const groups = {
    own: settingsOf(exporter.settings),
    switches: settingsOf(switchesSchema(exporter)).map((setting) => switchOf(setting, exporter)),
    common: [
      ...settingsOf(COMMON).filter(({ flag }) => flag !== "metrics.histograms" || hasHistogram(exporter)),
      ...settingsOf(probingSchema(exporter)),
    ].flatMap((setting) => withAlias(setting, exporter.aliases?.[setting.flag])),
  };
  const nobody = Object.keys(exporter.aliases ?? {}).find((name) => groups.common.every(({ flag }) => flag !== name));
  if (nobody !== undefined) {
    throw new TypeError(
      `Cannot give settings of exporter "${exporter.name}" other names: no exporter has --${nobody}`,
    );
  }
  const prefix = variablePrefix(exporter.name);
  const namesOf = (setting: Setting) => [...flagsOf(setting), ...variablesOf(setting, prefix)];
  const others = new Set([...groups.switches, ...groups.common].flatMap(namesOf));
  for (const setting of groups.own) {
    if (!namesOf(setting).some((name) => others.has(name))) continue;
    throw new TypeError(
      `Cannot read the settings of exporter "${exporter.name}": every exporter has --${setting.flag}, choose another name ` +
        `than "${setting.path.join(".")}"`,
    );
  }
  return groups;
}

/** A setting by its other names too. A switch of another exporter stands beside it, as a setting of the same path. */
function withAlias(setting: Setting, alias: CommonAlias | undefined): Setting[] {
  if (alias === undefined) return [setting];
  const { flags, variables } = toAliases(alias);
  const means = new Map(Object.entries(alias.means ?? {}));
  if (!means.has("true")) {
    return [{ ...setting, aliases: { flags, variables }, ...(means.size === 0 ? {} : { means }) }];
  }
  const [flag = setting.flag, ...others] = flags;
  const { path, isList } = setting;
  const help = `The same as --${setting.flag}=${means.get("true")}.`;
  const aliases = { flags: others, variables };
  return [setting, { path, flag, variable: upperCase(flag), aliases, kind: "boolean", isList, help, means }];
}

/** The schemas of everything that an exporter can be told. */
export function settingSchemas(exporter: Exporter): v.GenericSchema[] {
  const optional = [probingSchema(exporter), exporter.settings].filter((schema) => schema !== undefined);
  return [COMMON, switchesSchema(exporter), ...optional];
}

function probingSchema({ probe }: Exporter): v.GenericSchema | undefined {
  return probe === undefined ? undefined : probing(probe);
}

/** What is known of an exporter's settings. */
export interface ExporterSources {
  /** The exporter's settings, as they were made for reading `given`. */
  readonly groups: SettingGroups;
  /** What flags, variables or bindings say, the strongest last. */
  readonly given: readonly Given[];
  /** The settings file. */
  readonly document?: SettingsDocument;
  /** Reads the files with secrets that the settings file names. */
  readonly readFile: FileReader;
}

/** Puts everything together that an exporter was told. */
export function settleOptions(
  exporter: Exporter,
  { groups, given, document, readFile }: ExporterSources,
): { readonly options: ExporterOptions } | { readonly problems: readonly Problem[] } {
  const prefix = variablePrefix(exporter.name);
  const readings: DocumentReading[] = [];
  const problems: Problem[] = [];
  function part(schema: v.GenericSchema | undefined, settings: readonly Setting[]): unknown {
    const reading = document && schema && readDocument(document, schema, { readFile });
    if (reading !== undefined) readings.push(reading);
    problems.push(...reading?.problems ?? []);
    const known: Known = { settings, given, prefix, document: reading };
    const settled = settle(schema, known);
    if ("value" in settled) return settled.value;
    problems.push(...settled.problems);
    return undefined;
  }
  const common = {
    ...part(COMMON, groups.common) as v.InferOutput<typeof COMMON>,
    ...part(probingSchema(exporter), groups.common) as Partial<v.InferOutput<ReturnType<typeof probing>>>,
  };
  const { collectors = {} } = part(switchesSchema(exporter), groups.switches) as Switches ?? {};
  const settings = part(exporter.settings, groups.own);
  problems.push(...unknownKeys(readings));
  if (problems.length === 0) problems.push(...exporter.probe?.problems(settings, common.probe?.allow ?? []) ?? []);
  if (problems.length > 0) return { problems: [...new Set(problems)] };
  return { options: { common, enabled: enabledCollectors(exporter, collectors, common), settings } };
}

interface Switches {
  readonly collectors?: Readonly<Record<string, boolean | undefined>>;
}

/** `collectors: { cpu: true, textfile: false }` of a file; as flags they are `--collector.cpu`, `--no-collector.textfile`. */
function switchesSchema(exporter: Exporter): v.GenericSchema {
  const switches = Object.entries(allCollectors(exporter))
    .map(([name, { help }]) => [name, v.optional(v.pipe(v.boolean(), v.description(help)))]);
  return v.object({ collectors: v.optional(v.object(Object.fromEntries(switches)), {}) });
}

function switchOf(setting: Setting, exporter: Exporter): Setting {
  const [, name = ""] = setting.path;
  const flag = `collector.${name}`;
  const { enabled = true, alias } = allCollectors(exporter)[name]!;
  const aliases = alias === undefined ? {} : { aliases: toAliases(alias) };
  return { ...setting, flag, variable: upperCase(flag), ...aliases, fallback: enabled };
}

function enabledCollectors(
  exporter: Exporter,
  switches: Readonly<Record<string, boolean | undefined>>,
  { collector: { disableDefaults } }: CommonOptions,
): Set<string> {
  const names = Object.entries(allCollectors(exporter))
    .filter(([name, { enabled = true }]) => switches[name] ?? (enabled && !disableDefaults))
    .map(([name]) => name);
  return new Set(names);
}

function isAddress(text: string): boolean {
  return parseAddress(text) !== undefined;
}

function hasHistogram({ metrics, collectors, probe }: Exporter): boolean {
  const all = [metrics, ...[collectors, probe?.collectors ?? {}].flatMap((all) => metricsOf(all))];
  return all.flatMap((metrics) => Object.values<Description>(metrics ?? {}))
    .some(({ type }) => type === "histogram" || type === "gaugehistogram");
}

function metricsOf(collectors: Readonly<Record<string, Pick<Collector, "metrics">>>): Collector["metrics"][] {
  return Object.values(collectors).map(({ metrics }) => metrics);
}
