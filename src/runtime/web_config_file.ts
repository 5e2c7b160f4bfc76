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

/** The file of `--web.config.file`, read again whenever somebody asks. */
export class WebConfigFile {
  readonly #path: string;
  readonly #options: WebConfigFileOptions;
  #text: string | undefined;
  #config: WebConfig | WebConfigError | undefined;

  constructor(path: string, options: WebConfigFileOptions) {
    this.#path = path;
    this.#options = options;
  }

  /**
   * Reads the file, and checks it if it has changed.
   *
   * @throws {WebConfigError} If it cannot be read or something in it is wrong.
   */
  read(): WebConfig {
    const text = readText(this.#path);
    if (text !== this.#text || this.#config === undefined) {
      this.#config = this.#check(text);
      this.#text = text;
    }
    if (this.#config instanceof WebConfigError) throw this.#config;
    return this.#config;
  }

  /**
   * The text of a certificate or key; relative paths start where the file is.
   *
   * @throws {WebConfigError} If it cannot be read.
   */
  readPem(source: PemSource): string {
    return "pem" in source ? source.pem : readText(resolve(dirname(this.#path), source.file));
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
    const lines = problems.toSorted((a, b) => a.line - b.line).map(({ line, text }) =>
      `${this.#path}:${line}: ${text}`
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
