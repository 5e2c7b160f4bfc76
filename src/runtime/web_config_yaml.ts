import { LineCounter, type ParsedNode, parseDocument, visit } from "yaml";
import { offsetOf } from "./_settings_file.ts";

/** What is in the YAML of a web configuration. */
export interface WebConfigYaml {
  /** Maps as objects, lists as arrays, scalars as the texts that they were written as, or `null`. */
  readonly value: unknown;
  /** Why it is no YAML. */
  readonly problems: readonly { readonly line: number; readonly text: string }[];
  /** The line of a key, counted from 1; of what is around it where the key is not in the file itself. */
  lineOf(path: readonly string[]): number;
}

/** Errors in words of our own: those of the library quote the file, which may hold secrets. */
const PROBLEMS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: "the same key a second time in a map",
  TAB_AS_INDENT: "a tab as indentation, expected spaces",
  BAD_INDENT: "wrong indentation",
  MULTIPLE_DOCS: "a second document, expected one",
  BAD_SCALAR_START: "a character that needs quotes around the value",
  MISSING_CHAR: "a missing character, such as a closing quote or a space",
  NON_STRING_KEY: "a list or map as a key, expected a text",
  BAD_ALIAS: "a broken alias",
  UNEXPECTED_TOKEN: "something unexpected",
};

/**
 * Reads YAML without guessing types: whoever knows what a key means decides whether `yes` is a switch or a name.
 */
export function parseYaml(text: string): WebConfigYaml {
  const lines = new LineCounter();
  const document = parseDocument<ParsedNode>(text, {
    schema: "failsafe",
    merge: true,
    stringKeys: true,
    lineCounter: lines,
    prettyErrors: false,
    logLevel: "error",
  });
  const problems = document.errors.map(({ code, pos }) => ({
    line: lines.linePos(pos[0]).line,
    text: `not valid YAML: got ${PROBLEMS[code] ?? code}`,
  }));
  visit(document, {
    Scalar(key, node) {
      if (key !== "key" && node.type === "PLAIN" && /^(?:|~|null|Null|NULL)$/.test(String(node.value))) {
        node.value = null;
      }
    },
  });
  function lineOf(path: readonly string[]): number {
    return lines.linePos(offsetOf(document.contents, path) ?? 0).line;
  }
  try {
    return { value: problems.length > 0 ? undefined : document.toJS(), problems, lineOf };
  } catch {
    return {
      value: undefined,
      problems: [{ line: 1, text: "not valid YAML: got an alias without an anchor" }],
      lineOf,
    };
  }
}
