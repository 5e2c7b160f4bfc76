/** The options of one group, by names that are spelled with dashes. */
export type OptionGroup = ReadonlyMap<string, string>;

const ESCAPES: Readonly<Record<string, string>> = {
  b: "\b",
  t: "\t",
  n: "\n",
  r: "\r",
  s: " ",
  "\\": "\\",
  '"': '"',
  "'": "'",
};

/**
 * Reads an option file such as `~/.my.cnf` (MySQL manual, "Using Option Files"): groups in brackets, `name=value` or
 * `name` alone, comments after `#` or `;`. Dashes and underscores in names mean the same; of two values the later counts.
 * `!include` is not followed.
 */
export function parseOptionFile(text: string): Map<string, OptionGroup> {
  const groups = new Map<string, Map<string, string>>();
  let group = new Map<string, string>();
  for (const line of text.split(/\r?\n/).map((line) => line.trim())) {
    const name = /^\[\s*([^\]]+?)\s*\]/.exec(line)?.[1];
    if (name !== undefined) {
      group = groups.get(name) ?? new Map();
      groups.set(name, group);
      continue;
    }
    const option = /^([^#;!=\s][^=\s]*)\s*(?:=\s*(.*))?$/.exec(line);
    if (option !== null) group.set(option[1]!.replaceAll("_", "-"), valueOf(option[2] ?? ""));
  }
  return groups;
}

/** Without the comment behind it and the quotes around it. */
function valueOf(written: string): string {
  const quoted = /^(["'])((?:\\.|(?!\1).)*)\1\s*(?:#.*)?$/s.exec(written);
  const value = quoted?.[2] ?? written.replace(/\s*#.*$/, "");
  return value.replace(/\\([btnrs\\"'])/g, (_, letter: string) => ESCAPES[letter]!);
}
