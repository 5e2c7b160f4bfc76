/** What one `it` came to, or a `describe` that failed by itself (a hook of it, or its body, threw). */
export interface TestResult {
  /** The file, where the report knows it, else `undefined`. */
  readonly file: string | undefined;
  /** The titles from the outermost `describe` to the test, joined by ` > ` as in the report. */
  readonly name: string;
  readonly outcome: "passed" | "failed" | "skipped";
}

/** How many tests came to which end. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface Case {
  suite: string;
  name: string;
  skipped: boolean;
  failure: string | undefined;
}

/**
 * Reads a JUnit report of `deno test` into one result per `it`.
 *
 * Deno reports a `describe` of `node:test` as a test case of its own, beside those inside it, and files what is
 * inside under made-up suites (such as `ext:deno_node/testing.ts`) instead of the test's file. So a group is told by
 * its name: others continue it with ` > `, which a title should therefore not have in it. A skipped `describe` counts
 * as one skipped test: its inside was never registered.
 *
 * @param xml The report.
 * @returns The results in the order of the report; empty if nothing was registered.
 */
export function readJunit(xml: string): TestResult[] {
  const cases = readCases(xml);
  const topLevelFiles = filesOfTopLevelTests(cases);
  const results: TestResult[] = [];
  for (const test of cases) {
    if (isGroup(test, cases) && !failedByItself(test)) continue;
    results.push({
      file: isFile(test.suite) ? test.suite : topLevelFiles.get(topLevelName(test.name, topLevelFiles)),
      name: test.name,
      outcome: test.skipped ? "skipped" : test.failure === undefined ? "passed" : "failed",
    });
  }
  return results;
}

/** Counts results by outcome. */
export function tally(results: readonly TestResult[]): Tally {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { outcome } of results) counts[outcome]++;
  return counts;
}

function readCases(xml: string): Case[] {
  const cases: Case[] = [];
  let suite = "";
  // Deno escapes `<` and `>` in attributes and text, so a tag ends at the first `>`.
  for (const [, tag, attributes = ""] of xml.matchAll(/<(testsuite|testcase|failure|error|skipped)\b([^>]*)>/g)) {
    if (tag === "testsuite") suite = attribute(attributes, "name");
    else if (tag === "testcase") {
      cases.push({ suite, name: attribute(attributes, "name"), skipped: false, failure: undefined });
    } else {
      const test = cases.at(-1);
      if (test === undefined) throw new SyntaxError(`Cannot read the JUnit report: <${tag}> before any <testcase>`);
      if (tag === "skipped") test.skipped = true;
      else test.failure = attribute(attributes, "message");
    }
  }
  return cases;
}

function attribute(attributes: string, name: string): string {
  const value = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes)?.[1] ?? "";
  return value.replace(/&(?:#x([0-9a-f]+)|#([0-9]+)|(\w+));/gi, (entity, hex, decimal, named) => {
    if (hex !== undefined) return String.fromCodePoint(parseInt(hex, 16));
    if (decimal !== undefined) return String.fromCodePoint(parseInt(decimal, 10));
    return ENTITIES[named] ?? entity;
  });
}

const ENTITIES: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function isFile(suite: string): boolean {
  return !suite.startsWith("ext:");
}

function isGroup({ suite, name }: Case, cases: readonly Case[]): boolean {
  const inside = `${name} > `;
  return cases.some((other) => other.name.startsWith(inside) && (other.suite === suite || !isFile(other.suite)));
}

/** A group whose members failed says so and no more; any other message is its own. */
function failedByItself(test: Case): boolean {
  return test.failure !== undefined && !/^\d+ test steps? failed\.?$/.test(test.failure);
}

/** Names used in more than one file lead to no file. */
function filesOfTopLevelTests(cases: readonly Case[]): Map<string, string | undefined> {
  const files = new Map<string, string | undefined>();
  for (const { suite, name } of cases) {
    if (!isFile(suite)) continue;
    files.set(name, files.has(name) && files.get(name) !== suite ? undefined : suite);
  }
  return files;
}

function topLevelName(name: string, files: ReadonlyMap<string, unknown>): string {
  const titles = name.split(" > ");
  for (let length = titles.length; length > 0; length--) {
    const prefix = titles.slice(0, length).join(" > ");
    if (files.has(prefix)) return prefix;
  }
  return name;
}
