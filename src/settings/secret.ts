import * as v from "valibot";
import { conceal, REDACTED } from "../log/redact.ts";

/** What gives the text of a secret, each time anew. */
export type SecretSource = () => string | Promise<string>;

/**
 * A text that nobody may see: it shows itself as `<secret>` wherever it is printed, logged or turned into JSON.
 *
 * From the first reading on, the text is also taken out of every log line and error of the process.
 */
export class Secret {
  readonly #read: SecretSource;

  /** @param source The text itself, or what reads it. */
  constructor(source: string | SecretSource) {
    this.#read = typeof source === "string" ? () => source : source;
    if (typeof source === "string") conceal(source);
  }

  /**
   * Reads the text, each time anew: a file may have been replaced meanwhile. Spaces and line ends around what a file
   * holds are left out.
   *
   * @throws {Error} If the file, or whatever else holds it, cannot be read.
   */
  async read(): Promise<string> {
    const text = await this.#read();
    conceal(text);
    return text;
  }

  /** Not the text. */
  toString(): string {
    return REDACTED;
  }

  /** Not the text. */
  toJSON(): string {
    return REDACTED;
  }

  /** Not the text, for `console.log` of Node and Bun. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return REDACTED;
  }

  /** Not the text, for `console.log` of Deno. */
  [Symbol.for("Deno.customInspect")](): string {
    return REDACTED;
  }
}

/** What the message of a value says that is no text: it is never shown, since it may be a secret in the wrong shape. */
const EXPECTED = "expected a text";

/** The schema of a secret. */
export type SecretSchema = v.GenericSchema<string | Secret, Secret>;

/**
 * The schema of a setting that nobody may see, such as a password.
 *
 * Its value is a {@link Secret}: `await settings.password.read()` gives the text when it is used. Besides the flag, the
 * variable and the key of the setting there are `--password-file`, `..._PASSWORD_FILE` and `password_file`, which name a
 * file that holds it and that is read again at each use. Neither `--help` nor the log, a page or an error shows it.
 *
 * @returns A schema that takes texts.
 * @example A password
 * ```ts
 * import { defineExporter, gauge, secret } from "@exporterkit/core";
 * import * as v from "valibot";
 *
 * export const exporter = defineExporter({
 *   name: "queue",
 *   version: "1.0.0",
 *   port: 9876,
 *   settings: v.object({ token: v.pipe(secret(), v.description("Token of the API.")) }),
 *   collectors: {
 *     jobs: {
 *       help: "Jobs.",
 *       metrics: { waiting: gauge("queue_jobs_waiting", "Jobs that nobody has taken yet.") },
 *       async collect({ metrics, settings, fetch, signal }) {
 *         const headers = { Authorization: `Bearer ${await settings.token.read()}` };
 *         const answer = await fetch("http://127.0.0.1:8080/queue", { headers, signal });
 *         metrics.waiting.set((await answer.json()).waiting);
 *       },
 *     },
 *   },
 * });
 * ```
 */
export function secret(): SecretSchema {
  return v.pipe(
    v.custom<string | Secret>((value) => typeof value === "string" || value instanceof Secret, EXPECTED),
    v.transform((value) => value instanceof Secret ? value : new Secret(value)),
    v.metadata({ secret: true }),
  );
}

/** Whether a schema is, or wraps, that of a secret. */
export function isSecretSchema(schema: v.GenericSchema): boolean {
  return (v.getMetadata(schema as never) as Readonly<Record<string, unknown>>).secret === true;
}

/** Whether a problem is about a secret, so that the value must not be shown. */
export function isAboutSecret({ input, message }: v.BaseIssue<unknown>): boolean {
  return input instanceof Secret || message === EXPECTED;
}
