import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { runToEnd } from "./_process.ts";
import { needsProgram, ownRuntime } from "./_programs.ts";

const FOLDER = new URL("../examples/fleet/", import.meta.url);
const PATIENCE_MS = 180_000;

describe("the story of examples/fleet", () => {
  it("goes as its README shows", needsProgram("prometheus", "apt-get install -y prometheus"), async () => {
    const program = fileURLToPath(new URL("fleet.ts", FOLDER));
    const { code, stdout, stderr } = await runToEnd(
      { path: ownRuntime().path, args: ["run", "-A", program] },
      PATIENCE_MS,
    );
    assert.equal(code, 0, stderr);
    const readme = await Deno.readTextFile(new URL("README.md", FOLDER));
    const [, shown = ""] = /\n```\n(Prometheus starts.*?)```\n/s.exec(readme) ?? [];
    assert.equal(withoutFolder(stdout), withoutFolder(shown));
  });
});

function withoutFolder(text: string): string {
  return text.replace(/\/\S+\/targets/, "*");
}
