/** One `name = value`, the value bare or in single quotes, in which a backslash takes the next character as it is. */
const PAIR = /\s*(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))(?=\s|$)/ys;

/**
 * Reads the options of a connection as libpq has them: `host=localhost user='jane doe'`.
 *
 * @throws {SyntaxError} If the text is something else. Its message repeats nothing, since the text may hold a password.
 */
export function parseConninfo(text: string): Map<string, string> {
  const options = new Map<string, string>();
  const end = text.trimEnd().length;
  let at = 0;
  while (at < end) {
    PAIR.lastIndex = at;
    const [whole, name, quoted, bare] = PAIR.exec(text) ?? [];
    if (whole === undefined) {
      const expected = "postgresql://user:password@host:5432/database, or host=... user=...";
      throw new SyntaxError(`Cannot read the name of the data source at character ${at + 1}: expected ${expected}`);
    }
    options.set(name!, (quoted ?? bare ?? "").replace(/\\(.)/gs, "$1"));
    at = PAIR.lastIndex;
  }
  return options;
}
