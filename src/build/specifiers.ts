/** What an emitted file imports, read from its text. */

/** At the start of a line, or behind the comment that ends there; an example inside a comment starts with `*`. */
const STATIC_IMPORT = /^(?:.*\*\/)?\s*(?:import|export)\b(?:[^"';]*?\bfrom)?\s*["']([^"'\n]+)["']/gm;
const DYNAMIC_IMPORT = /\bimport\(\s*["']([^"'\n]+)["']/g;

/**
 * Lists what a file imports or re-exports by name, not by path.
 *
 * @param source JavaScript or declarations as `deno pack` emits them.
 * @returns Specifiers such as `hono/tiny`, `node:fs` or `#runtime`, each once.
 */
export function bareSpecifiers(source: string): string[] {
  return specifiers(source).filter((specifier) => !isPath(specifier));
}

/**
 * Lists the files that a file imports or re-exports.
 *
 * @param source JavaScript or declarations as `deno pack` emits them.
 * @returns Paths as they are written, such as `./a.js`, each once.
 */
export function importedPaths(source: string): string[] {
  return specifiers(source).filter(isPath);
}

/** The package that a specifier is of: `hono/tiny` is of `hono`. */
export function packageOf(specifier: string): string {
  return specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

function specifiers(source: string): string[] {
  const found = [STATIC_IMPORT, DYNAMIC_IMPORT].flatMap((pattern) => [...source.matchAll(pattern)]);
  return [...new Set(found.map(([, specifier = ""]) => specifier))];
}

function isPath(specifier: string): boolean {
  return specifier.startsWith(".") || specifier.startsWith("/");
}
