import type { Exporter } from "../exporter/definition.ts";
import { createHandler } from "../http/handler.ts";
import { createLogger, errorText, type Logger } from "../log/logger.ts";
import type { Address, Listener, ProgramPlatform } from "./platform.ts";
import { helpText, type ProgramOptions, readProgramOptions } from "./program_flags.ts";
import { start } from "./start.ts";

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

/** Reads the command line, listens, and ends with the process. */
export function runProgram(exporter: Exporter, platform: ProgramPlatform): Program {
  const read = readProgramOptions(exporter, platform.args());
  if ("problems" in read) {
    read.problems.forEach((problem) => platform.printError(problem));
    return ended(exporter, platform, WRONG_SETTINGS, new Error(read.problems.join("\n")));
  }
  const { options } = read;
  if (options.help || options.version) {
    platform.print(options.help ? helpText(exporter) : `${exporter.name} exporter ${exporter.version}`);
    return ended(exporter, platform, 0, new Error("Only information was asked for"));
  }
  return listen(exporter, platform, options);
}

function listen(exporter: Exporter, platform: ProgramPlatform, options: ProgramOptions): Program {
  const log = createLogger({ write: (line) => platform.printError(line), ...options.log });
  const { settings, enabled, metrics: { histograms } } = options;
  const running = start(exporter, platform, { settings, enabled, histograms, log });
  const answer = createHandler(running, {
    telemetryPath: options.web.telemetryPath,
    timeoutOffsetSeconds: options.scrape.timeoutOffset,
    strict: options.scrape.strict,
    maxRequests: options.web.maxRequests === 0 ? Infinity : options.web.maxRequests,
    pause: platform.pause,
    compressor: platform.compressor,
    zstd: platform.zstd,
  });
  log.info(`Starting ${exporter.name} exporter`, {
    version: exporter.version,
    runtime: `${platform.name} ${platform.version}`,
  });
  for (const flag of options.superfluous) log.warn("There is no such collector to switch off", { flag });
  const listening = listenOnAll(platform, options.addresses, answer);
  const ready = listening.then((listeners) => {
    const urls = listeners.map(({ port }, i) => urlOf({ ...options.addresses[i]!, port }, options.web.telemetryPath));
    urls.forEach((url) => log.info(`Listening on ${url}`));
    running.start();
    return { url: urls[0]! };
  });
  let closed: Promise<void> | undefined;
  async function drain(): Promise<void> {
    const drained = running.drain();
    // Whoever cannot listen has nothing to stop; `ready` says why.
    const listeners = await listening.catch(() => []);
    await Promise.all(listeners.map((listener) => listener.close()));
    await drained;
    await running.close();
  }
  const close = () => closed ??= drain();
  ready.catch((error) => {
    log.error(errorText(error));
    platform.exit(CANNOT_RUN);
  });
  platform.onStop(async (signal) => {
    log.info("Stopping: the scrapes under way finish first", { signal });
    platform.exit(await statusOf(close(), log));
  });
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

/** A program that ends before it listens. */
function ended(exporter: Exporter, platform: ProgramPlatform, status: number, reason: Error): Program {
  platform.exit(status);
  const ready = Promise.reject(reason);
  ready.catch(() => {});
  const close = () => Promise.resolve();
  return { exporter, ready, close, [Symbol.asyncDispose]: close };
}

async function listenOnAll(
  platform: ProgramPlatform,
  addresses: readonly Address[],
  answer: (request: Request) => Promise<Response>,
): Promise<Listener[]> {
  const listeners: Listener[] = [];
  for (const address of addresses) {
    try {
      listeners.push(await platform.listen(address, answer));
    } catch (cause) {
      await Promise.all(listeners.map((listener) => listener.close()));
      throw new ListenError(address, cause);
    }
  }
  return listeners;
}

class ListenError extends Error {
  override name = "ListenError";

  constructor({ host, port }: Address, cause: unknown) {
    const inUse = (cause as { code?: unknown })?.code === "EADDRINUSE" || (cause as Error)?.name === "AddrInUse";
    const why = inUse
      ? "the port is in use; stop the other program or choose another with --web.listen-address"
      : errorText(cause);
    super(`Cannot listen on ${hostText(host)}:${port}: ${why}`);
  }
}

function urlOf({ host, port }: Address, path: string): string {
  return `http://${host === "" ? "localhost" : hostText(host)}:${port}${path}`;
}

function hostText(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
