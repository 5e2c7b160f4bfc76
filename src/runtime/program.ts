import { addConfigReload } from "../collectors/config_reload.ts";
import type { Exporter } from "../exporter/definition.ts";
import { createHandler } from "../http/handler.ts";
import { createLogger, errorText, type Logger, SILENT } from "../log/logger.ts";
import { parseAddress } from "./address.ts";
import { announce } from "./announce.ts";
import { handlerOptionsOf } from "./handler_options.ts";
import { helpText } from "./help_text.ts";
import { announceableOf, ownTargetGroups } from "./own_target_groups.ts";
import { listenOnAll, urlOf } from "./listen_on_all.ts";
import type { ProgramPlatform, Web } from "./platform.ts";
import { type Command, type ProgramOptions, type ProgramSources, readProgramOptions } from "./program_flags.ts";
import { createReload } from "./reload.ts";
import { settingsSchemaText } from "./settings_schema.ts";
import { aboutOf, start } from "./start.ts";
import { WebConfigError } from "./web_config_error.ts";

/** An exporter that is the program. */
export interface Program extends AsyncDisposable {
  /** The definition. */
  readonly exporter: Exporter;
  /** Resolves when it listens; rejects when it cannot. */
  readonly ready: Promise<{ readonly url: string }>;
  /**
   * Takes no more scrapes, lets those under way finish, and gives everything back.
   *
   * @throws {Error} If the exporter's own `close` throws or takes more than 10 seconds.
   */
  close(): Promise<void>;
}

const CANNOT_RUN = 1;
const WRONG_SETTINGS = 2;

/** Reads flags, variables and the settings file, listens, and ends with the process. */
export function runProgram(exporter: Exporter, platform: ProgramPlatform): Program {
  const sources: ProgramSources = {
    args: platform.args(),
    variable: platform.variable,
    variableNames: platform.variableNames(),
    readFile: platform.readTextFile,
    openSettingsFile: platform.openSettingsFile,
  };
  const read = readProgramOptions(exporter, sources);
  if ("problems" in read) {
    read.problems.forEach((problem) => platform.printError(problem));
    return ended(exporter, platform, WRONG_SETTINGS, new Error(read.problems.join("\n")));
  }
  if ("options" in read && read.command.config.check && webSource(exporter, read.options) !== undefined) {
    return checkWeb(exporter, platform, read.options);
  }
  if (!("options" in read) || read.command.config.check) {
    platform.print(answerTo(read.command, exporter));
    return ended(exporter, platform, 0, new Error("Only information was asked for"));
  }
  return listen(exporter, platform, { ...read.options, sources });
}

/** What is printed for those who ask a program instead of running it. */
function answerTo({ help, version, config: { schema } }: Command, exporter: Exporter): string {
  if (help) return helpText(exporter);
  if (version) return `${exporter.name} exporter ${exporter.version}`;
  return schema ? settingsSchemaText(exporter) : rightText(exporter);
}

function rightText({ name }: Exporter): string {
  return `The settings of ${name} exporter are right`;
}

interface ListenOptions extends ProgramOptions {
  /** Where the options come from, for reading them again. */
  readonly sources: ProgramSources;
}

function listen(exporter: Exporter, platform: ProgramPlatform, options: ListenOptions): Program {
  const { settings, enabled, settingsFile, common: { web, scrape, metrics: { histograms }, probe, ...common } } =
    options;
  const log = createLogger({ write: (line) => platform.printError(line), ...common.log });
  const about = aboutOf(exporter, platform, web);
  const noted = addConfigReload(about.registry, exporter.namespace ?? exporter.name, Date.now);
  const running = start(exporter, platform, { settings, enabled, histograms, log, about, probeAllow: probe?.allow });
  const reload = createReload(running, { ...options, noted, log });
  const announceable = announceableOf(exporter, { web, discovery: common.discovery });
  const answer = createHandler(running, {
    ...handlerOptionsOf(platform, { web, scrape, probe }),
    sd: (request) => ownTargetGroups(announceable, request),
    reload: web.enableLifecycle ? reload : undefined,
  });
  log.info(`Starting ${exporter.name} exporter`, {
    version: exporter.version,
    runtime: `${platform.name} ${platform.version}`,
    ...(settingsFile === undefined ? {} : { settings: settingsFile }),
  });
  for (const warning of options.warnings) log.warn(warning);
  const addresses = (web.listenAddress ?? [`:${exporter.port}`]).map((text) => parseAddress(text)!);
  const opening = openWeb(platform, webSource(exporter, options), log);
  const listening = opening.then((opened) => listenOnAll(opened, addresses, opened.guard(answer)));
  const announced = Promise.all([opening, listening]).then(([{ scheme }, [listener]]) => {
    const address = { ...addresses[0]!, port: listener!.port, scheme };
    return announce(announceable, address, { discovery: common.discovery, log, platform });
  });
  announced.catch(() => {});
  const ready = Promise.all([opening, listening]).then(async ([{ scheme }, listeners]) => {
    const urls = listeners.map(({ port }, i) => urlOf(scheme, { ...addresses[i]!, port }, web.telemetryPath));
    urls.forEach((url) => log.info(`Listening on ${url}`));
    running.start();
    await announced;
    return { url: urls[0]! };
  });
  let closed: Promise<void> | undefined;
  async function drain(): Promise<void> {
    // Whoever cannot listen or be announced has nothing to stop or withdraw; `ready` says why.
    const listeners = await listening.catch(() => []);
    // While it still answers: nobody should come here any more when it does not.
    await announced.then((announcement) => announcement.withdraw(), () => {});
    const drained = running.drain();
    await Promise.all(listeners.map((listener) => listener.close()));
    await drained;
    await running.close();
  }
  const close = () => closed ??= drain();
  ready.catch((error) => {
    if (error instanceof WebConfigError) return platform.exit(sayProblems(error, platform));
    log.error(errorText(error));
    platform.exit(CANNOT_RUN);
  });
  platform.onStop(async (signal) => {
    log.info("Stopping: the scrapes under way finish first", { signal });
    platform.exit(await statusOf(close(), log));
  });
  platform.onReload(() => void reload());
  return { exporter, ready, close, [Symbol.asyncDispose]: close };
}

async function statusOf(closing: Promise<void>, log: Logger): Promise<number> {
  try {
    await closing;
    return 0;
  } catch (error) {
    log.error("Cannot close the exporter", { error });
    return CANNOT_RUN;
  }
}

/** A file, or what the exporter's own settings say in its place. */
function webSource(exporter: Exporter, { common: { web }, settings }: ProgramOptions): string | object | undefined {
  return web.config.file === "" ? exporter.webConfig?.(settings) : web.config.file;
}

/** Plain HTTP for everybody unless something says otherwise. */
function openWeb(platform: ProgramPlatform, source: string | object | undefined, log: Logger): Promise<Web> {
  if (source !== undefined) return platform.openWeb(source, { platform, log });
  return Promise.resolve({ scheme: "http", guard: (answer) => answer, listen: platform.listen });
}

/** Says whether the web configuration is right, as the rest is, and ends. */
function checkWeb(exporter: Exporter, platform: ProgramPlatform, options: ProgramOptions): Program {
  const checked = openWeb(platform, webSource(exporter, options), SILENT);
  const ready = checked.then(() => Promise.reject(new Error("Only information was asked for")));
  checked.then(() => platform.print(rightText(exporter)))
    .then(() => 0, (error) => sayProblems(error, platform))
    .then((status) => platform.exit(status));
  return unready(exporter, ready);
}

/** Says what is wrong, and gives the status to end with. */
function sayProblems(error: unknown, platform: ProgramPlatform): number {
  errorText(error).split("\n").forEach((problem) => platform.printError(problem));
  return WRONG_SETTINGS;
}

/** A program that ends before it listens. */
function ended(exporter: Exporter, platform: ProgramPlatform, status: number, reason: Error): Program {
  platform.exit(status);
  return unready(exporter, Promise.reject(reason));
}

function unready(exporter: Exporter, ready: Promise<never>): Program {
  ready.catch(() => {});
  const close = () => Promise.resolve();
  return { exporter, ready, close, [Symbol.asyncDispose]: close };
}
