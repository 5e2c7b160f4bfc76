import * as v from "valibot";

/** The schema of a setting that is a regular expression, in JavaScript's syntax or with Go's flags, as in `(?i)eth`. */
export function regexp(description: string) {
  return v.pipe(
    v.string(),
    v.description(description),
    v.check(isRegExp, (issue) => `Expected a regular expression, found "${issue.input}"`),
    v.transform(compile),
  );
}

function isRegExp(pattern: string): boolean {
  try {
    compile(pattern);
    return true;
  } catch {
    return false;
  }
}

/** Go writes flags in front of an expression; JavaScript keeps them apart. */
function compile(pattern: string): RegExp {
  const [, flags = "", body = pattern] = /^\(\?([ims]+)\)(.*)$/s.exec(pattern) ?? [];
  return new RegExp(body, [...new Set(flags)].join(""));
}
