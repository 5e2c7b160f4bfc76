import { type Host, ifReadable } from "./host.ts";

/**
 * Finds the paths that a pattern stands for, sorted: `*`, `?` and `[a-z]` stand for characters within one part of a path.
 *
 * @returns What exists, or the pattern itself when it has no wildcards.
 */
export async function expandGlob(host: Host, pattern: string): Promise<string[]> {
  let paths = [pattern.startsWith("/") ? "/" : ""];
  for (const part of pattern.split("/").filter((part) => part !== "")) {
    if (!/[*?[\\]/.test(part)) {
      paths = paths.map((path) => join(path, part));
      continue;
    }
    const expression = partExpression(part);
    const found = await Promise.all(paths.map(async (path) => {
      const names = await ifReadable(host.list(path === "" ? "." : path)) ?? [];
      return names.filter((name) => expression.test(name)).map((name) => join(path, name));
    }));
    paths = found.flat();
  }
  return paths.sort();
}

function join(folder: string, name: string): string {
  return folder === "" || folder.endsWith("/") ? `${folder}${name}` : `${folder}/${name}`;
}

/** One part of a pattern as a regular expression. A bracket that is not closed stands for itself. */
function partExpression(part: string): RegExp {
  const source = part.replace(/\\(.)|\[([\^!]?)([^\]]+)\]|\*|\?|[^]/g, (token, escaped, negation, set) => {
    if (escaped !== undefined) return literal(escaped);
    if (set !== undefined) return `[${negation === "" ? "" : "^"}${set.replace(/[\\^[\]]/g, "\\$&")}]`;
    return token === "*" ? ".*" : token === "?" ? "." : literal(token);
  });
  return new RegExp(`^${source}$`, "s");
}

function literal(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/-]/, "\\$&");
}
