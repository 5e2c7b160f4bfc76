import { after, describe, it } from "node:test";
import assert from "node:assert/strict";

const RUNNER = new URL("run.ts", import.meta.url);
const PROGRAMS = new URL("_programs.ts", import.meta.url);
const folder = await Deno.makeTempDir({ prefix: "exporterkit-run-" });

const NEEDS = `
import { describe, it } from "node:test";
import { needsProgram } from "${PROGRAMS}";
const needs = needsProgram("no-such-program", "apt-get install -y no-such-package");
describe("a program", () => {
  it("is started", needs, () => {});
  it("is not needed", () => {});
});
`;

describe("run.ts", () => {
  after(() => Deno.remove(folder, { recursive: true }));

  it("ends with one count per it and status 0 when all passed", async () => {
    const { code, lines } = await run({ "good_test.ts": testFile("it('a', () => {}); it('b', () => {});") });
    assert.equal(lines.at(-1), "2 passed, 0 failed, 0 skipped");
    assert.equal(code, 0);
  });

  it("ends with status 1 when a test failed", async () => {
    const body = "it('a', () => {}); it('b', () => { throw new Error('b'); });";
    const { code, lines } = await run({ "bad_test.ts": testFile(body) });
    assert.equal(lines.at(-1), "1 passed, 1 failed, 0 skipped");
    assert.equal(code, 1);
  });

  it("counts a file that cannot be loaded beside those that can", async () => {
    const files = { "good_test.ts": testFile("it('a', () => {});"), "lost_test.ts": "throw new Error('lost');" };
    const { code, lines } = await run(files);
    assert.match(lines.at(-2) ?? "", /^could not be loaded: .*lost_test\.ts$/);
    assert.equal(lines.at(-1), "1 passed, 1 failed, 0 skipped");
    assert.equal(code, 1);
  });

  it("ends with status 1 when a file does not compile", async () => {
    const { code, lines } = await run({ "types_test.ts": testFile("it('a', () => {});\nconst n: number = 'no';") });
    assert.equal(lines.at(-1), "0 passed, 1 failed, 0 skipped");
    assert.equal(code, 1);
  });

  it("ends with status 1 when nothing ran", async () => {
    const { code, lines } = await run({ "none_test.ts": "export {};" });
    assert.equal(lines.at(-1), "0 passed, 0 failed, 0 skipped");
    assert.equal(code, 1);
  });

  it("says why a test was skipped", async () => {
    const { code, lines } = await run({ "needs_test.ts": NEEDS });
    assert.match(
      lines.at(-2) ?? "",
      /^skipped: a program > is started \(.*needs_test\.ts\): no-such-program not found on the PATH, install with: apt-get install -y no-such-package$/,
    );
    assert.equal(lines.at(-1), "1 passed, 0 failed, 1 skipped");
    assert.equal(code, 0);
  });

  it("says why a test of a shared suite was skipped", async () => {
    const suite = `import { describe, it } from "node:test";
      export function suite(needs: { skip?: string }) { describe("shared", needs, () => it("a", () => {})); }`;
    const test = `import { needsProgram } from "${PROGRAMS}";
      import { suite } from "./suite.ts";
      suite(needsProgram("no-such-program", "apt-get install -y no-such-package"));`;
    const { lines } = await run({
      "suite.ts": suite,
      "first_test.ts": test,
      "good_test.ts": testFile("it('b', () => {});"),
    });
    assert.match(lines.at(-2) ?? "", /^skipped: shared \(.*suite\.ts\): no-such-program not found on the PATH/);
    assert.equal(lines.at(-1), "1 passed, 0 failed, 1 skipped");
  });

  it("fails instead of skipping with CI=true", async () => {
    const { code, lines } = await run({ "needs_test.ts": NEEDS }, { CI: "true" });
    assert.equal(lines.at(-1), "0 passed, 1 failed, 0 skipped");
    assert.equal(code, 1);
  });
});

function testFile(body: string): string {
  return `import { describe, it } from "node:test";\ndescribe("one file", () => {\n${body}\n});\n`;
}

async function run(files: Record<string, string>, env: Record<string, string> = {}) {
  const here = await Deno.makeTempDir({ dir: folder });
  for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${here}/${name}`, text);
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", RUNNER.href, here],
    env: { CI: "", ...env },
    stderr: "null",
  }).output();
  return { code, lines: new TextDecoder().decode(stdout).trimEnd().split("\n") };
}
