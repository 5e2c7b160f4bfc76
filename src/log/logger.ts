import { redact } from "./redact.ts";

/** How much a line matters; each level includes those before it. */
export type LogLevel = "error" | "warn" | "info" | "debug";

/** Writes one line per event, with fields as key and value. */
export interface Logger {
  /** Something failed and somebody should look. */
  error(message: string, fields?: LogFields): void;
  /** Something is wrong, but the work went on. */
  warn(message: string, fields?: LogFields): void;
  /** Something worth knowing in normal operation. */
  info(message: string, fields?: LogFields): void;
  /** Detail for somebody who looks for a fault. */
  debug(message: string, fields?: LogFields): void;
}

/** Facts of one event. Errors are shown with their causes. */
export type LogFields = Readonly<Record<string, unknown>>;

/** How a logger writes. */
export interface LoggerOptions {
  /** Receives each line, without a line end. */
  readonly write: (line: string) => void;
  /** The least important level that is written. @default "info" */
  readonly level?: LogLevel;
  /** Shape of a line. @default "logfmt" */
  readonly format?: "logfmt" | "json";
  /** The clock, in milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

const LEVELS: readonly LogLevel[] = ["error", "warn", "info", "debug"];

/** Makes a logger that writes logfmt or JSON lines, as Prometheus' own programs do, without the credentials of URLs. */
export function createLogger(options: LoggerOptions): Logger {
  const { write, level = "info", format = "logfmt", now = Date.now } = options;
  const render = format === "json" ? renderJson : renderLogfmt;
  function at(eventLevel: LogLevel): (message: string, fields?: LogFields) => void {
    if (LEVELS.indexOf(eventLevel) > LEVELS.indexOf(level)) return () => {};
    return (message, fields) =>
      write(render({ time: new Date(now()).toISOString(), level: eventLevel, msg: message, ...fields }));
  }
  return { error: at("error"), warn: at("warn"), info: at("info"), debug: at("debug") };
}

/** A logger whose every line has some fields more. */
export function withFields(log: Logger, fields: LogFields): Logger {
  return {
    error: (message, more) => log.error(message, { ...fields, ...more }),
    warn: (message, more) => log.warn(message, { ...fields, ...more }),
    info: (message, more) => log.info(message, { ...fields, ...more }),
    debug: (message, more) => log.debug(message, { ...fields, ...more }),
  };
}

/** A logger that writes nothing. */
export const SILENT: Logger = { error() {}, warn() {}, info() {}, debug() {} };

/** What an error says, with what its causes say, without the credentials of URLs. */
export function errorText(error: unknown): string {
  return redact(textOf(error, new Set()));
}

/** An error that is among its own causes is said once. */
function textOf(error: unknown, said: Set<unknown>): string {
  if (!(error instanceof Error)) return String(error);
  said.add(error);
  const text = error.message === "" ? error.name : error.message;
  const reasons = error instanceof AggregateError ? error.errors : error.cause === undefined ? [] : [error.cause];
  return [text, ...reasons.filter((reason) => !said.has(reason)).map((reason) => textOf(reason, said))].join(": ");
}

function renderJson(fields: LogFields): string {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  return `{${known.map(([key, value]) => `${JSON.stringify(key)}:${jsonText(value)}`).join(",")}}`;
}

/** Any value as JSON: a log line is never worth an exception. */
function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value, (_, inner) => {
      if (inner instanceof Error) return errorText(inner);
      if (typeof inner === "string") return redact(inner);
      return typeof inner === "bigint" ? String(inner) : inner;
    }) ?? JSON.stringify(String(value));
  } catch (error) {
    return JSON.stringify(errorText(error));
  }
}

function renderLogfmt(fields: LogFields): string {
  return Object.entries(fields).map(([key, value]) => `${key}=${quoted(plainText(value))}`).join(" ");
}

function plainText(value: unknown): string {
  if (value instanceof Error) return errorText(value);
  return typeof value === "object" && value !== null ? jsonText(value) : redact(String(value));
}

function quoted(text: string): string {
  return /^[^\s"=\\\p{Cc}]+$/u.test(text) ? text : JSON.stringify(text);
}
