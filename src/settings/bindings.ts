import type { SettingsDocument } from "./document.ts";
import type { Given, Problem, Reading } from "./given.ts";
import { Secret } from "./secret.ts";
import type { FileReader } from "./secret_file.ts";
import { type Setting, variablesOf } from "./setting.ts";
import { readVariables } from "./variables.ts";

/** What a Worker is given by name: texts, JSON, or objects of the platform. */
export type Bindings = Readonly<Record<string, unknown>>;

/** Says that no file can hold a secret. */
export const refuseFile: FileReader = () => {
  throw new Error("there are no files on Workers, bind the secret itself");
};

/** A secret of a secrets store. */
interface StoredSecret {
  get(): Promise<string>;
}

/**
 * Reads the bindings of a Worker, which have the names of variables: texts as variables are read, JSON as it is, and
 * secrets from a store when they are used.
 */
export function readBindings(bindings: Bindings, settings: readonly Setting[], prefix: string): Reading {
  const texts = readVariables((name) => typeof bindings[name] === "string" ? bindings[name] : undefined, settings, {
    prefix,
    readFile: refuseFile,
  });
  const others = settings.flatMap((setting): Given[] => {
    const name = variablesOf(setting, prefix).find((one) => isBound(bindings[one]));
    if (name === undefined || typeof bindings[name] === "string") return [];
    const bound = bindings[name];
    const value = setting.kind === "secret" && isStored(bound) ? new Secret(() => bound.get()) : bound;
    return [{ path: setting.path, value, origin: `Variable ${name}` }];
  });
  return { given: [...texts.given, ...others], problems: texts.problems };
}

/** What stands for the settings file: the binding `<PREFIX>SETTINGS`, which is JSON, or a text that holds some. */
export function readSettingsBinding(bindings: Bindings, prefix: string): SettingsDocument | Problem | undefined {
  const name = `${prefix}SETTINGS`;
  const bound = bindings[name];
  if (bound === undefined || bound === "") return undefined;
  if (typeof bound !== "string") return documentOf(name, bound);
  try {
    return documentOf(name, JSON.parse(bound));
  } catch {
    return `Variable ${name}: expected JSON`;
  }
}

function documentOf(name: string, content: unknown): SettingsDocument {
  return { name: `Variable ${name}`, content, lineOf: () => undefined };
}

function isBound(bound: unknown): boolean {
  return bound !== undefined && bound !== null && bound !== "";
}

function isStored(bound: unknown): bound is StoredSecret {
  return typeof bound === "object" && typeof (bound as Partial<StoredSecret>).get === "function";
}
