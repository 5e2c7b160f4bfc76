/** One condition, such as `>=10.0.0`; without an operator it is an exact version. */
const CONDITION = /^(?<operator>>=|<=|!=|==?|[><!]|)(?<major>\d+)(?:\.(?<minor>\d+|x))?(?:\.(?<patch>\d+|x))?$/;

const TESTS: Readonly<Record<string, (difference: number) => boolean>> = {
  "": (difference) => difference === 0,
  "=": (difference) => difference === 0,
  "==": (difference) => difference === 0,
  "!=": (difference) => difference !== 0,
  "!": (difference) => difference !== 0,
  ">": (difference) => difference > 0,
  ">=": (difference) => difference >= 0,
  "<": (difference) => difference < 0,
  "<=": (difference) => difference <= 0,
};

/**
 * Looks whether a version is in a range as `runonserver` has them: `>=10.0.0 <15.0.0 || >16.0.0`.
 *
 * @param number Such as 150018 for 15.18.
 * @throws {SyntaxError} If the range cannot be read.
 */
export function isInRange(number: number, range: string): boolean {
  return range.split("||").some((part) => {
    const conditions = part.replace(/([><=!])\s+/g, "$1").trim().split(/\s+/);
    return conditions.map((condition) => holds(number, condition)).every(Boolean);
  });
}

function holds(number: number, condition: string): boolean {
  const { operator, major, minor, patch } = CONDITION.exec(condition)?.groups ?? {};
  if (major === undefined) {
    throw new SyntaxError(`Cannot read "${condition}" in a range of versions: expected such as >=10.0.0`);
  }
  // From 10 on a version has two parts; the third is for readers of semantic versions, and 0.
  const [least = 0, last = 0] = [minor, patch].map((part) => part === undefined || part === "x" ? 0 : Number(part));
  return TESTS[operator!]!(number - (Number(major) * 10_000 + least) || -last);
}
