/**
 * Whatever is written in a settings file, a variable or on the command line: an exporter starts, or it ends with status 2
 * and says why in lines of text.
 */
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { runToEnd } from "./_process.ts";

const EXPORTER = fileURLToPath(new URL("runtimes/settings_exporter.ts", import.meta.url));
const SECRET = "correct-horse-battery";

/** Keys that mean something, nearly do, or do not. */
const key = fc.oneof(
  fc.constantFrom("city_name", "cityName", "max_depth", "names", "password", "password_file", "modules", "path"),
  fc.constantFrom("web", "log", "level", "collectors", "told", "listen_address", "config", "__proto__", "constructor"),
  fc.string({ unit: "grapheme", maxLength: 8 }),
);
const scalar = fc.oneof(
  fc.constantFrom(null, true, 0, -1, 1e999, "", "true", "5", "~", SECRET, "/no/such/file"),
  fc.double(),
  fc.string({ unit: "binary", maxLength: 20 }),
);
const { content } = fc.letrec((tie) => ({
  content: fc.oneof({ depthSize: "small" }, scalar, fc.array(tie("content"), { maxLength: 3 }), tie("object")),
  object: fc.array(fc.tuple(key, tie("content")), { maxLength: 6 }).map((entries) => Object.fromEntries(entries)),
}));

/** Text that is YAML, nearly is, or is not. */
const document = fc.oneof(
  { weight: 3, arbitrary: content.map((value) => JSON.stringify(value) ?? "") },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
  {
    weight: 2,
    arbitrary: fc.array(fc.constantFrom("a: ", "- ", "[", "}", "&x ", "*x", "!!str ", "|\n", "\t", "\n  ", "? ", "'"), {
      maxLength: 20,
    }).map((parts) => parts.join("")),
  },
);

describe("settings", () => {
  let folder = "";
  before(async () => {
    folder = await Deno.makeTempDir({ prefix: "fuzz-" });
  });
  after(() => Deno.remove(folder, { recursive: true }));

  it("are taken, or refused with status 2, whatever the file, a variable and a flag say", async () => {
    const path = `${folder}/settings.yml`;
    await fc.assert(
      fc.asyncProperty(document, fc.string({ maxLength: 8 }), scalar.map(String), async (text, word, value) => {
        await Deno.writeTextFile(path, text);
        const flags = [`--password=${SECRET}`, "--config.check", `--config.file=${path}`];
        const env = { SETTINGS_EXPORTER_MAX_DEPTH: value.replaceAll("\0", "") };
        const args = ["run", "-A", EXPORTER, ...flags, ...(word === "" ? [] : [`--${word.replaceAll("\0", "")}`])];
        const { code, signal, stdout, stderr } = await runToEnd({ path: Deno.execPath(), args, env });
        assert.equal(signal, null);
        assert.ok(code === 0 || code === 2, `status ${code}: ${stderr}`);
        assert.equal(code === 2, stderr !== "", stderr);
        assert.doesNotMatch(stderr, /^\s+at .*:\d+:\d+\)?$/m);
        assert.doesNotMatch(stdout + stderr, /correct-horse/);
      }),
      { numRuns: 40 },
    );
  });
});
