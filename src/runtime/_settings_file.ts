import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type ParsedNode, parseDocument } from "yaml";
import type { DocumentPath, SettingsDocument } from "../settings/document.ts";
import type { Problem } from "../settings/given.ts";
import type { FileReader } from "../settings/secret_file.ts";

/** A settings file that was opened. */
export interface SettingsFile {
  readonly document: SettingsDocument;
  /** Reads a file that it names: a relative path begins where the settings file is. */
  readonly readFile: FileReader;
}

/** Reads a file as text. Throws if it cannot. */
export function readTextFile(path: string): string {
  return readFileSync(path, "utf8");
}

/** Opens a YAML file, which a JSON file is too. */
export function openSettingsFile(path: string): SettingsFile | { readonly problems: readonly Problem[] } {
  const absolute = resolve(path);
  try {
    const parsed = parseSettings(path, readTextFile(absolute));
    if ("problems" in parsed) return parsed;
    return { document: parsed, readFile: (file) => readTextFile(resolve(dirname(absolute), file)) };
  } catch (error) {
    return { problems: [`Cannot read the settings file: ${(error as Error).message}`] };
  }
}

/** Reads the text of a settings file as YAML 1.2. Keys that stand twice are an error, as all that YAML only warns of. */
export function parseSettings(
  name: string,
  text: string,
): SettingsDocument | { readonly problems: readonly Problem[] } {
  const lines = new LineCounter();
  const parsed = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const faults = [...parsed.errors, ...parsed.warnings];
  if (faults.length > 0) {
    const problems = faults.map(({ pos, message }) => {
      const { line, col } = lines.linePos(pos[0]);
      return `${name}:${line}:${col}: ${message}`;
    });
    return { problems };
  }
  let content: unknown;
  try {
    content = parsed.toJS();
  } catch (error) {
    // Aliases of what is nowhere, or of so much that it fills the memory.
    return { problems: [`${name}: ${(error as Error).message}`] };
  }
  return {
    name,
    content,
    lineOf(path) {
      const offset = offsetOf(parsed.contents, path);
      return offset === undefined ? undefined : lines.linePos(offset).line;
    },
    textOf(path) {
      const node = nodeAt(parsed, path);
      return isScalar(node) ? node.source : undefined;
    },
  };
}

/** What stands at a path, also where an alias brought it in. */
function nodeAt(document: Document.Parsed, path: DocumentPath): unknown {
  const resolved = (node: unknown) => isAlias(node) ? node.resolve(document) : node;
  return path.reduce<unknown>((node, key) => {
    if (isSeq(node)) return resolved(node.items[Number(key)]);
    return isMap(node) ? resolved(node.items.find((item) => keyOf(item) === String(key))?.value) : undefined;
  }, resolved(document.contents));
}

function keyOf({ key }: { readonly key: unknown }): string {
  return String((key as { value?: unknown }).value);
}

/** Where a key, or the item of a list, begins. */
export function offsetOf(node: ParsedNode | null, [key, ...rest]: DocumentPath): number | undefined {
  if (node === null || key === undefined || isAlias(node)) return node?.range[0];
  if (isMap(node)) {
    const pair = node.items.find((item) => keyOf(item) === String(key));
    if (pair === undefined) return node.range[0];
    if (rest.length === 0 || pair.value === null) return pair.key.range[0];
    return offsetOf(pair.value, rest);
  }
  if (isSeq(node)) return offsetOf(node.items[Number(key)] ?? null, rest) ?? node.range[0];
  return node.range[0];
}
