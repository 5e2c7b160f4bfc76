import type { GenericSchema } from "valibot";
import { nearest } from "./_near.ts";
import { shownKind } from "./_shown.ts";
import type { Problem } from "./given.ts";
import { Secret } from "./secret.ts";
import { type FileReader, readSecretFile } from "./secret_file.ts";
import { isSecret, snakeCase, unwrap } from "./setting.ts";

/** Where something stands in a document: keys as they are written, and positions in lists. */
export type DocumentPath = readonly (string | number)[];

/** A settings file whose syntax was read. */
export interface SettingsDocument {
  /** Its name, as problems show it. */
  readonly name: string;
  /** What it holds: objects, lists, texts, numbers, booleans, nothing. */
  readonly content: unknown;
  /** The line, from 1 on, where a key or an item stands. */
  lineOf(path: DocumentPath): number | undefined;
  /**
   * What is written where a value without quotes stands, such as `1.10`.
   * @default nobody knows, as in JSON: what it stands for is all there is
   */
  textOf?(path: DocumentPath): string | undefined;
}

/** What a document says about the settings of one schema. */
export interface DocumentReading {
  /** What the schema takes, with its own names for keys. */
  readonly input: unknown;
  /** Where each value stands, by {@link pathKey}: `hello.yml:3: max_connections`. */
  readonly origins: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
  /** Keys that the schema has. */
  readonly known: ReadonlySet<string>;
  /** Keys that it has not. */
  readonly unknown: ReadonlyMap<string, UnknownKey>;
}

/** A key that a schema has not, and those that it has there. */
interface UnknownKey {
  readonly origin: string;
  readonly word: string;
  readonly expected: readonly string[];
}

/** A path as the key of a map. */
export function pathKey(path: readonly PropertyKey[]): string {
  return JSON.stringify(path.map(String));
}

/**
 * Reads what a document says about the settings of a schema.
 *
 * The key of `maxConnections` may be written `max_connections` too. A secret may stand in a file: `password_file` names it.
 * A key without a value says nothing. Where a text is wanted, a number or a truth without quotes is what is written there.
 *
 * @param readFile Reads the files that hold secrets.
 */
export function readDocument(
  document: SettingsDocument,
  schema: GenericSchema,
  { readFile }: { readonly readFile: FileReader },
): DocumentReading {
  return new DocumentReader(document, readFile).read(schema);
}

/** The problems with keys that none of several schemas has. */
export function unknownKeys(readings: readonly DocumentReading[]): Problem[] {
  const unknown = new Map(readings.flatMap((reading) => [...reading.unknown]));
  return [...unknown].filter(([key]) => readings.every(({ known }) => !known.has(key))).map(
    ([key, { origin, word }]) => {
      const keys = readings.flatMap((reading) => reading.unknown.get(key)?.expected ?? []);
      const meant = nearest(word, keys);
      const expected = meant === undefined ? `expected one of ${keys.join(", ")}` : `did you mean ${meant}?`;
      return `${origin}: unknown key, ${expected}`;
    },
  );
}

/** A place in the document, and in the settings. */
interface Place {
  readonly written: DocumentPath;
  readonly path: DocumentPath;
}

class DocumentReader implements DocumentReading {
  readonly #document: SettingsDocument;
  readonly #readFile: FileReader;
  input: unknown;
  readonly origins = new Map<string, string>();
  readonly problems: Problem[] = [];
  readonly known = new Set<string>();
  readonly unknown = new Map<string, UnknownKey>();

  constructor(document: SettingsDocument, readFile: FileReader) {
    this.#document = document;
    this.#readFile = readFile;
  }

  read(schema: GenericSchema): this {
    this.input = this.#value(schema, this.#document.content ?? {}, { written: [], path: [] });
    return this;
  }

  #value(schema: GenericSchema, value: unknown, place: Place): unknown {
    this.origins.set(pathKey(place.path), this.#originOf(place.written));
    const written = takesText(schema) ? this.#textOf(value, place) : value;
    if (isSecret(schema)) return typeof written === "string" ? new Secret(written) : written;
    const { parts } = unwrap(schema);
    if (parts.entries !== undefined) return this.#entries(schema, parts.entries, value, place);
    if (parts.type === "record" && parts.value !== undefined && isObject(value)) {
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, this.#value(parts.value!, item, inside(place, key))]),
      );
    }
    if (parts.type === "array" && parts.item !== undefined && Array.isArray(value)) {
      return value.map((item, i) => this.#value(parts.item!, item, inside(place, i)));
    }
    return written;
  }

  /** Not what YAML makes of it: `1.10` would be 1.1, and `0x1F` 31. */
  #textOf(value: unknown, { written }: Place): unknown {
    const isPlain = typeof value === "number" || typeof value === "boolean";
    return isPlain ? this.#document.textOf?.(written) ?? value : value;
  }

  #entries(
    schema: GenericSchema,
    entries: Readonly<Record<string, GenericSchema>>,
    value: unknown,
    place: Place,
  ): unknown {
    if (!isObject(value)) {
      this.problems.push(`${this.#originOf(place.written)}: got ${shownKind(value)}, expected keys and values`);
      return undefined;
    }
    const input: Record<string, unknown> = {};
    for (const [written, item] of Object.entries(value)) {
      const { key, isFile } = findKey(entries, written);
      const at = { written: [...place.written, written], path: [...place.path, key] };
      if (!Object.hasOwn(entries, key)) {
        if (isOpen(schema)) input[written] = item;
        else {
          const expected = Object.keys(entries).map(snakeCase);
          this.unknown.set(pathKey(at.written), { origin: this.#originOf(at.written), word: written, expected });
        }
        continue;
      }
      this.known.add(pathKey(at.written));
      if (item === null && !takesNull(entries[key]!)) continue;
      if (Object.hasOwn(input, key)) {
        this.problems.push(`${this.#originOf(at.written)}: expected it once, but another key means the same`);
      } else if (isFile) input[key] = this.#secretFile(item, at);
      else input[key] = this.#value(entries[key]!, item, at);
    }
    return input;
  }

  #secretFile(file: unknown, { written, path }: Place): unknown {
    const origin = this.#originOf(written);
    if (typeof file !== "string") {
      this.problems.push(`${origin}: got ${shownKind(file)}, expected the path of a file`);
      return undefined;
    }
    const read = readSecretFile([], file, { origin, readFile: this.#readFile });
    this.origins.set(pathKey(path), origin);
    if (typeof read !== "string") return read.value;
    this.problems.push(read);
    // The file is what is wrong, not that there is no secret.
    return new Secret("");
  }

  /** `hello.yml:3: tls.ca_file`, or only the name of the file where it is about all of it. */
  #originOf(written: DocumentPath): string {
    const line = this.#document.lineOf(written);
    const file = line === undefined ? this.#document.name : `${this.#document.name}:${line}`;
    return written.length === 0 ? file : `${file}: ${written.join(".")}`;
  }
}

/** The setting that a key means, in any of the spellings, and whether it names a file that holds it. */
function findKey(
  entries: Readonly<Record<string, GenericSchema>>,
  written: string,
): { readonly key: string; readonly isFile: boolean } {
  const own = named(entries, written);
  if (own !== undefined) return { key: own, isFile: false };
  const held = named(entries, written.replace(/(?:_file|File)$/, ""));
  if (held !== undefined && isSecret(entries[held]!)) return { key: held, isFile: true };
  return { key: written, isFile: false };
}

function named(entries: Readonly<Record<string, GenericSchema>>, written: string): string | undefined {
  return Object.keys(entries).find((key) => key === written || snakeCase(key) === written);
}

/** Whether a schema takes keys that it does not name. */
export function isOpen(schema: GenericSchema): boolean {
  return ["loose_object", "object_with_rest"].includes(unwrap(schema).parts.type);
}

/** Whether a schema takes texts before anything else. */
function takesText(schema: GenericSchema): boolean {
  const { type, options } = unwrap(schema).parts;
  if (type === "union") return takesText(options?.[0] as GenericSchema);
  return type === "string" || isSecret(schema);
}

function takesNull(schema: GenericSchema): boolean {
  const { type, wrapped } = schema as unknown as { type: string; wrapped?: GenericSchema };
  return type === "nullable" || type === "nullish" || type === "null" || wrapped !== undefined && takesNull(wrapped);
}

function inside({ written, path }: Place, key: string | number): Place {
  return { written: [...written, key], path: [...path, key] };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
