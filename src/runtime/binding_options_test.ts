import { describe, it } from "node:test";
import assert from "node:assert/strict";
import * as v from "valibot";
import { defineExporter } from "../exporter/definition.ts";
import { alias } from "../settings/alias.ts";
import { Secret, secret } from "../settings/secret.ts";
import { readBindingOptions } from "./binding_options.ts";

const exporter = defineExporter({
  name: "t",
  version: "1.0.0",
  port: 1,
  settings: v.object({
    city: v.optional(v.string(), "Berlin"),
    depth: v.optional(v.number(), 3),
    names: v.optional(v.array(v.string()), []),
    token: v.optional(secret()),
    modules: v.optional(v.record(v.string(), v.object({ urlPath: v.string() })), {}),
  }),
  collectors: { one: { help: "One.", collect() {} } },
});

function read(bindings: Record<string, unknown>) {
  const read = readBindingOptions(exporter, bindings);
  assert.ok("options" in read, JSON.stringify(read));
  return { ...read.options, settings: read.options.settings as Record<string, unknown> };
}

describe("readBindingOptions()", () => {
  it("gives the defaults without bindings, and leaves those of others alone", () => {
    const { settings, enabled } = read({ ASSETS: { fetch() {} }, CITY: "Rome", T_EXPORTER_SAMPLES: {} });
    assert.deepEqual(settings, { city: "Berlin", depth: 3, names: [], modules: {} });
    assert.deepEqual([...enabled], ["one"]);
  });

  it("reads texts as variables, and JSON as it is", () => {
    const { settings, common } = read({
      T_EXPORTER_CITY: "Rome",
      T_EXPORTER_DEPTH: 7,
      T_EXPORTER_NAMES: ["a", "b,c"],
      T_EXPORTER_SCRAPE_STRICT: true,
      T_EXPORTER_WEB_TELEMETRY_PATH: "/m",
    });
    assert.deepEqual(settings, { city: "Rome", depth: 7, names: ["a", "b,c"], modules: {} });
    assert.equal(common.scrape.strict, true);
    assert.equal(common.web.telemetryPath, "/m");
    assert.deepEqual(read({ T_EXPORTER_NAMES: "a,b", T_EXPORTER_DEPTH: "5" }).settings.names, ["a", "b"]);
  });

  it("reads what a settings file would hold, as JSON or as a text of it, below what has its own binding", () => {
    const content = { city: "Oslo", depth: 1, modules: { a: { url_path: "/a" } } };
    for (const bound of [content, JSON.stringify(content)]) {
      const { settings } = read({ T_EXPORTER_SETTINGS: bound, T_EXPORTER_CITY: "Rome" });
      assert.deepEqual(settings, { city: "Rome", depth: 1, names: [], modules: { a: { urlPath: "/a" } } });
    }
  });

  it("reads secrets, from a store each time they are used", async () => {
    const direct = read({ T_EXPORTER_TOKEN: "s3cret-token" }).settings.token as Secret;
    assert.equal(await direct.read(), "s3cret-token");
    let stored = "one-token";
    const bound = { get: () => Promise.resolve(stored) };
    const token = read({ T_EXPORTER_TOKEN: bound }).settings.token as Secret;
    assert.ok(token instanceof Secret);
    assert.equal(await token.read(), "one-token");
    stored = "two-token";
    assert.equal(await token.read(), "two-token");
  });

  it("reads what another exporter has a name for", async () => {
    const settings = v.object({ token: v.pipe(secret(), alias({ variable: "TOKEN" })) });
    const named = defineExporter({ name: "t", version: "1.0.0", port: 1, settings, collectors: {} });
    for (const bound of ["s3cret-token", { get: () => Promise.resolve("s3cret-token") }]) {
      const reading = readBindingOptions(named, { TOKEN: bound, T_EXPORTER_TOKEN: "" });
      assert.ok("options" in reading);
      const { token } = reading.options.settings as { token: Secret };
      assert.equal(await token.read(), "s3cret-token");
    }
  });

  const wrong: [string, Record<string, unknown>, string[]][] = [
    ["a text", { T_EXPORTER_DEPTH: "deep" }, ['Variable T_EXPORTER_DEPTH: got "deep", expected a number']],
    ["JSON", { T_EXPORTER_DEPTH: { a: 1 } }, ["Variable T_EXPORTER_DEPTH: got keys and values, expected number"]],
    ["a file", { T_EXPORTER_TOKEN_FILE: "/x" }, [
      "Variable T_EXPORTER_TOKEN_FILE: cannot read the secret: there are no files on Workers, bind the secret itself",
    ]],
    ["settings that are no JSON", { T_EXPORTER_SETTINGS: "{" }, ["Variable T_EXPORTER_SETTINGS: expected JSON"]],
    ["a key of the settings", { T_EXPORTER_SETTINGS: { ciyt: 1 } }, [
      "Variable T_EXPORTER_SETTINGS: ciyt: unknown key, did you mean city?",
    ]],
  ];
  for (const [what, bindings, problems] of wrong) {
    it(`says what is wrong with ${what}`, () => assert.deepEqual(readBindingOptions(exporter, bindings), { problems }));
  }
});
