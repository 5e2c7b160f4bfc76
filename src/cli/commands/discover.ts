import { platform } from "#runtime";
import { stat } from "node:fs/promises";
import * as v from "valibot";
import { type AnnouncementLog, reasonOf } from "../../discovery/announcement.ts";
import { type LeaseClock, Leases } from "../../discovery/leases.ts";
import { defineExporter } from "../../exporter/definition.ts";
import { createHandler } from "../../http/handler.ts";
import { createLogger, type Logger } from "../../log/logger.ts";
import { counter } from "../../metrics/counter.ts";
import { gauge } from "../../metrics/gauge.ts";
import { type Address, parseAddress } from "../../runtime/address.ts";
import { forgetAfter } from "../../runtime/discovery_settings.ts";
import { platformOptionsOf } from "../../runtime/handler_options.ts";
import { listenOnAll, urlOf } from "../../runtime/listen_on_all.ts";
import { start } from "../../runtime/start.ts";
import { tokenOf } from "../../runtime/token.ts";
import { readArguments } from "../../settings/arguments.ts";
import { parseDuration } from "../../settings/duration.ts";
import { settingsOf } from "../../settings/setting.ts";
import { settle } from "../../settings/settle.ts";
import { readVariables } from "../../settings/variables.ts";
import { type Command, UsageError } from "../command.ts";
import { createRegistrationHandler } from "../discover_handler.ts";
import { LeaseFile, readLeases } from "../lease_file.ts";
import { TargetFiles } from "../target_files.ts";

const HELP = `Usage: exporterkit discover [flags]

Serves instances that register by HTTP, and those of a folder of file_sd files, as one http_sd endpoint at /sd;
/sd?team=checkout has those with this label. It is a catalogue: Prometheus scrapes the instances themselves.

  --web.listen-address=<string>   Address to listen on. Repeatable. Default: :9099.
  --discovery.file=<folder>       Folder of file_sd files to serve, in JSON or YAML.
  --discovery.forget-after=<time> Forget an instance that has died after this time. Default: 24h.
  --storage.path=<folder>         Where registrations outlive a restart. Default: data/.
  --log.level=<string>            One of debug, info, warn, error. Default: info.
  --log.format=<string>           One of logfmt, json. Default: logfmt.

The environment can say the same, as EXPORTERKIT_DISCOVER_STORAGE_PATH. Registrations need the token that EXPORTERKIT_DISCOVERY_TOKEN, or the file of EXPORTERKIT_DISCOVERY_TOKEN_FILE, has in the
environment; without one, everybody who reaches this address can register.`;

/** Before the names of its variables, as in `EXPORTERKIT_DISCOVER_STORAGE_PATH`. */
const PREFIX = "EXPORTERKIT_DISCOVER_";

const address = v.pipe(
  v.string(),
  v.check((text) => parseAddress(text) !== undefined, "expected host:port, [address]:port or :port"),
);

const SETTINGS = v.object({
  web: v.optional(v.object({ listenAddress: v.optional(v.array(address), [":9099"]) }), {}),
  discovery: v.optional(
    v.object({ file: v.optional(v.pipe(v.string(), v.nonEmpty("expected a folder"))), forgetAfter }),
    {},
  ),
  storage: v.optional(v.object({ path: v.optional(v.pipe(v.string(), v.nonEmpty("expected a folder")), "data/") }), {}),
  log: v.optional(
    v.object({
      level: v.optional(v.picklist(["debug", "info", "warn", "error"]), "info"),
      format: v.optional(v.picklist(["logfmt", "json"]), "logfmt"),
    }),
    {},
  ),
});

/** Where a catalogue gets its instances, and where it serves them. */
export interface DiscoverOptions {
  /** Where to listen. */
  readonly addresses: readonly Address[];
  /** Folder in which registrations outlive a restart. */
  readonly storage: string;
  /** Folder of file_sd files. @default none */
  readonly folder?: string;
  /** How long after its last sign of life an instance is forgotten. */
  readonly forgetAfterMs: number;
  /** Gives the token that registrations need. @default none is needed */
  readonly token?: () => Promise<string | undefined>;
  /** Hears of each change. */
  readonly log: Logger;
  /** The time. @default the runtime's */
  readonly clock?: LeaseClock;
}

/** A catalogue that serves. */
export interface Discover {
  /** Its addresses, without a path. */
  readonly urls: readonly string[];
  /** Stops, with everything saved. */
  close(): Promise<void>;
}

/** How often it looks who has died, and at the files, if nobody asks. */
const REVIEW_MS = 10_000;
/** How often the times of renewals are saved; the registrations themselves are at once. */
const SAVE_MS = 60_000;

const SYSTEM_CLOCK: LeaseClock = { now: () => Date.now(), elapsedMs: () => performance.now() };

const command: Command = {
  summary: "serve the targets of files and registrations as one http_sd endpoint",
  help: HELP,
  async run(args) {
    const { web, discovery, storage, log: logOptions } = readOptions(args);
    const log = createLogger({ write: (line) => platform.printError(line), ...logOptions });
    const token = tokenOf(platform, "EXPORTERKIT_DISCOVERY_TOKEN");
    const stopped = new Promise<string>((resolve) => platform.onStop(resolve));
    const discover = await startDiscover({
      addresses: web.listenAddress.map((text) => parseAddress(text)!),
      storage: storage.path,
      ...(discovery.file === undefined ? {} : { folder: discovery.file }),
      forgetAfterMs: parseDuration(discovery.forgetAfter),
      token,
      log,
    });
    if (await token() === undefined) {
      log.warn("Everybody who reaches this address can register: there is no EXPORTERKIT_DISCOVERY_TOKEN");
    }
    log.info("Stopping", { signal: await stopped });
    await discover.close();
    return 0;
  },
};
export default command;

/**
 * Starts a catalogue.
 *
 * @throws {Error} If it cannot listen, or what it has kept or is to serve cannot be read.
 */
export async function startDiscover(options: DiscoverOptions): Promise<Discover> {
  const { addresses, storage, folder, forgetAfterMs, log, clock = SYSTEM_CLOCK } = options;
  const { token = () => Promise.resolve(undefined) } = options;
  const files = folder === undefined ? undefined : new TargetFiles(folder, { forgetAfterMs, clock, log });
  if (folder !== undefined) await checkFolder(folder);
  const leases = new Leases({ forgetAfterMs, clock, log }, await readLeases(storage));
  const file = new LeaseFile(storage, () => leases.list());
  // Tells at the start, rather than to the first who registers, that it cannot be written.
  await file.save();
  await files?.look();

  const save = quietly(() => file.save(), log);
  async function review(): Promise<void> {
    if (leases.review()) void save();
    await files?.look();
  }
  const exporter = catalogueExporter(leases, files);
  const running = start(exporter, platform, { log });
  const rest = createHandler(running, {
    ...platformOptionsOf(platform),
    async sd(request) {
      await review();
      const wanted = [...new URL(request.url).searchParams];
      return [...files?.groups() ?? [], ...leases.list().map(({ group }) => group)]
        .filter(({ labels }) => wanted.every(([name, value]) => (labels[name] ?? "") === value));
    },
  });
  const answer = createRegistrationHandler({ leases, save: () => file.save(), token, rest });
  const listeners = await listenOnAll(platform, addresses, answer);
  const urls = listeners.map(({ port }, i) => urlOf("http", { ...addresses[i]!, port }, ""));
  urls.forEach((url) => log.info(`Listening on ${url}`, { registered: leases.size, ...(folder ? { folder } : {}) }));
  const timers = [setInterval(review, REVIEW_MS), setInterval(save, SAVE_MS)];
  return {
    urls,
    async close() {
      timers.forEach(clearInterval);
      await running.drain();
      await Promise.all(listeners.map((listener) => listener.close()));
      await running.close();
      await file.save();
    },
  };
}

function readOptions(args: readonly string[]): v.InferOutput<typeof SETTINGS> {
  const settings = settingsOf(SETTINGS);
  const fromVariables = readVariables(platform.variable, settings, { prefix: PREFIX, readFile: platform.readTextFile });
  const fromArgs = readArguments(args, settings, platform.readTextFile);
  const given = [...fromVariables.given, ...fromArgs.given];
  const settled = settle(SETTINGS, { settings, given, prefix: PREFIX });
  const problems = [
    ...fromVariables.problems,
    ...fromArgs.problems,
    ...("problems" in settled ? settled.problems : []),
  ];
  if ("problems" in settled || problems.length > 0) throw new UsageError(problems.join("\n"));
  return settled.value as v.InferOutput<typeof SETTINGS>;
}

async function checkFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch((error) => reasonOf(error));
  if (typeof found !== "string" && found.isDirectory()) return;
  const reason = typeof found === "string" ? found : "it is no folder";
  throw new Error(`Cannot serve the target files of ${JSON.stringify(folder)}: ${reason}`);
}

/** What the catalogue says of itself. */
function catalogueExporter(leases: Leases, files: TargetFiles | undefined) {
  return defineExporter({
    name: "discover",
    version: "0.1.0",
    namespace: "exporterkit_discover",
    help: "A catalogue of exporters, as an http_sd endpoint at /sd.",
    port: 9099,
    collectors: {
      catalogue: {
        help: "What it knows of.",
        metrics: {
          leases: gauge("exporterkit_discover_leases", "Instances that have registered.", ["state"]),
          files: gauge("exporterkit_discover_files", "Files of targets.", ["state"]),
          forgotten: counter(
            "exporterkit_discover_forgotten_total",
            "Instances that gave no sign of life for too long.",
            ["source"],
          ),
        },
        collect({ metrics }) {
          leases.review();
          const lapsed = leases.list().filter(({ isLapsed }) => isLapsed).length;
          metrics.leases.set({ state: "live" }, leases.size - lapsed);
          metrics.leases.set({ state: "lapsed" }, lapsed);
          metrics.forgotten.set({ source: "lease" }, leases.forgotten);
          if (files === undefined) return;
          const { good, broken, forgotten } = files.counts;
          metrics.files.set({ state: "good" }, good);
          metrics.files.set({ state: "broken" }, broken);
          metrics.forgotten.set({ source: "file" }, forgotten);
        },
      },
    },
  });
}

/** Saves without anybody waiting for it: what goes wrong is logged, once until it changes. */
function quietly(save: () => Promise<void>, log: AnnouncementLog): () => Promise<void> {
  let trouble: string | undefined;
  return async () => {
    try {
      await save();
      if (trouble !== undefined) log.info("Registrations are saved again");
      trouble = undefined;
    } catch (error) {
      const reason = reasonOf(error);
      if (reason !== trouble) log.warn("Cannot save the registrations", { reason });
      trouble = reason;
    }
  };
}
