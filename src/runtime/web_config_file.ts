import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { checkWebConfig, type PemSource, type WebConfig, type WebConfigProblem } from "../http/web_config.ts";
import { WebConfigError } from "./web_config_error.ts";
import type { WebConfigYaml } from "./web_config_yaml.ts";

/** How a file is read. */
export interface WebConfigFileOptions {
  /** Reads YAML. */
  readonly parse: (text: string) => WebConfigYaml;
  /** Says what of a configuration that is right otherwise cannot be done here. */
  readonly unsupported: (config: WebConfig) => readonly WebConfigProblem[];
}

/** Where a web configuration stands: the path of a file, or what such a file would say. */
export type WebConfigSource = string | object;

/** The file of `--web.config.file`, read again whenever somebody asks. */
export class WebConfigFile {
  readonly #source: WebConfigSource;
  readonly #options: WebConfigFileOptions;
  #text: string | undefined;
  #config: WebConfig | WebConfigError | undefined;

  constructor(source: WebConfigSource, options: WebConfigFileOptions) {
    this.#source = source;
    this.#options = options;
  }

  /**
   * Reads the file, and checks it if it has changed.
   *
   * @throws {WebConfigError} If it cannot be read or something in it is wrong.
   */
  read(): WebConfig {
    const source = this.#source;
    const text = typeof source === "string" ? readText(source) : JSON.stringify(source);
    if (text !== this.#text || this.#config === undefined) {
      this.#config = this.#check(text);
      this.#text = text;
    }
    if (this.#config instanceof WebConfigError) throw this.#config;
    return this.#config;
  }

  /**
   * The text of a certificate or key; relative paths start where the file is, or else the program.
   *
   * @throws {WebConfigError} If it cannot be read.
   */
  readPem(source: PemSource): string {
    const folder = typeof this.#source === "string" ? dirname(this.#source) : "";
    return "pem" in source ? source.pem : readText(resolve(folder, source.file));
  }

  #check(text: string): WebConfig | WebConfigError {
    const { value, problems, lineOf } = this.#options.parse(text);
    if (problems.length > 0) return this.#errorOf(problems);
    const checked = checkWebConfig(value);
    const wrong = "problems" in checked ? checked.problems : this.#options.unsupported(checked.config);
    if (wrong.length === 0 && "config" in checked) return checked.config;
    return this.#errorOf(wrong.map(({ path, text }) => {
      // Somebody may have mixed up user and hash.
      const keys = path.map((key) => key.startsWith("$2") ? "<secret>" : key).join(".");
      return { line: lineOf(path), text: keys === "" ? text : `${keys}: ${text}` };
    }));
  }

  #errorOf(problems: WebConfigYaml["problems"]): WebConfigError {
    const source = this.#source;
    const lines = problems.toSorted((a, b) => a.line - b.line).map(({ line, text }) =>
      typeof source === "string" ? `${source}:${line}: ${text}` : `Web configuration: ${text}`
    );
    return new WebConfigError(lines.join("\n"));
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const { code = "unknown reason" } = cause as { code?: string };
    throw new WebConfigError(`Cannot read ${path}: ${REASONS[code] ?? code}`);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "reading it is not permitted",
  EPERM: "reading it is not permitted",
  EISDIR: "it is a folder",
};
