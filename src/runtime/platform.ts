import type { ProcessStats } from "../collectors/process.ts";
import type { SampleStore } from "../exporter/sample_store.ts";
import type { Gzip } from "../exposition/gzip.ts";
import type { AnnouncementFiles } from "../discovery/file_announcement.ts";
import type { BodyCompressor } from "../http/body.ts";
import type { Guard } from "../http/guard.ts";
import type { Handler } from "../http/handler.ts";
import type { Logger } from "../log/logger.ts";
import type { Transport } from "../network/transport.ts";
import type { Bindings } from "../settings/bindings.ts";
import type { Problem } from "../settings/given.ts";
import type { SettingsFile } from "./_settings_file.ts";
import type { Address } from "./address.ts";
import type { TlsSupport } from "./tls_support.ts";

/** A server that is listening. */
export interface Listener {
  /** The port it listens on. */
  readonly port: number;
  /** Takes no more requests, lets those under way finish, then resolves. */
  close(): Promise<void>;
}

/** How requests get in: plainly, or as a web configuration says. */
export interface Web {
  readonly scheme: "http" | "https";
  /** Puts the rules of the configuration before a handler. */
  readonly guard: Guard;
  /** Listens, with TLS where the configuration has it. */
  listen(address: Address, answer: Handler): Promise<Listener>;
}

/** The machine that a program runs on, as far as it is needed to be found there. */
export interface Host {
  /** Its name. */
  name(): string;
  /** Its files. */
  readonly files: AnnouncementFiles;
}

/** What the framework needs from the platform it runs on. One file per platform gives it. */
export interface Platform {
  /** Name of the runtime: `deno`, `node`, `bun` or `workers`. */
  readonly name: string;
  /** Version of the runtime; empty where it does not tell. */
  readonly version: string;
  /** Whether many short-lived isolates answer in turn, so that nothing can be counted in one. */
  readonly stateless: boolean;
  /** Whether the file of `meta` is the program that was started. */
  isProgram(meta: ImportMeta): boolean;
  /** Writes a line to standard error. */
  printError(line: string): void;
  /** What the runtime can tell about its own process. */
  processStats(): ProcessStats;
  /** Compresses to gzip piece by piece, where the runtime can. */
  readonly gzip?: Gzip;
  /** Compresses to zstd, where the runtime can. */
  readonly zstd?: BodyCompressor;
  /**
   * The bindings, from what the platform hands to `fetch` and `scheduled` beside their first argument. Only Workers have
   * bindings; the others hand over something else, which is not to be believed.
   */
  bindings?(env: unknown): Bindings;
  /** Where collectors with `every` keep what they collected, if the platform runs them on a trigger. */
  sampleStore?(bindings: Bindings): SampleStore;
  /** How long a trigger may take, in milliseconds, where the platform says. */
  readonly triggerTimeoutMs?: number;
  /** How probes connect to addresses that were checked, where the runtime lets anybody choose one. */
  readonly transport?: Transport;
  /** What compression a client takes, where the header does not say it. */
  acceptEncoding?(request: Request): string | null;
  /** Resolves in a later task of the event loop. */
  pause(): Promise<void>;
}

/** A platform where an exporter can be a program with a command line. */
export interface ProgramPlatform extends Platform {
  /** The program's arguments. */
  args(): readonly string[];
  /** A variable of the environment; `undefined` if there is none, or if it may not be read. */
  variable(name: string): string | undefined;
  /** Names of all variables, as far as they may be known. */
  variableNames(): readonly string[];
  /** Reads a file as text. Throws if it cannot. */
  readTextFile(path: string): string;
  /** Opens a settings file. */
  openSettingsFile(path: string): SettingsFile | { readonly problems: readonly Problem[] };
  /** Serves requests. Rejects when it cannot listen; the error's `code` then says why. */
  listen(address: Address, answer: (request: Request) => Promise<Response>): Promise<Listener>;
  /** What the runtime's TLS can do. */
  readonly tls: TlsSupport;
  /** Reads a web configuration, such as the file of `--web.config.file`; rejects with a `WebConfigError` if it cannot be used. */
  openWeb(source: string | object, options: { readonly platform: ProgramPlatform; readonly log: Logger }): Promise<Web>;
  /** Calls back once when the process is asked to end. */
  onStop(callback: (signal: string) => void): void;
  /** Calls back whenever the process is asked to read its settings again. */
  onReload(callback: (signal: string) => void): void;
  /** Ends the process. */
  exit(status: number): void;
  /** The machine. */
  readonly host: Host;
  /** Writes a line to standard output. */
  print(line: string): void;
}
