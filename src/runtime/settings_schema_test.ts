import { describe, it } from "node:test";
import assert from "node:assert/strict";
import * as v from "valibot";
import { defineExporter } from "../exporter/definition.ts";
import { secret } from "../settings/secret.ts";
import { settingsSchema } from "./settings_schema.ts";

const schema = settingsSchema(defineExporter({
  name: "t",
  version: "1.0.0",
  port: 1,
  settings: v.object({
    baseUrl: v.pipe(v.string(), v.description("Where.")),
    password: v.optional(v.pipe(secret(), v.description("Whose."))),
    collector: v.optional(v.object({ one: v.optional(v.object({ maxDepth: v.optional(v.number(), 3) }), {}) }), {}),
    modules: v.optional(v.record(v.string(), v.object({ urlPath: v.string(), apiKey: secret() })), {}),
    when: v.optional(v.pipe(v.string(), v.check((text) => text !== "", "must not be empty"))),
  }),
  collectors: { one: { help: "One.", collect() {} } },
}));

type Node = { readonly properties: Readonly<Record<string, Node>>; readonly [key: string]: unknown };
const { properties } = schema as unknown as Node;

describe("settingsSchema()", () => {
  it("has the keys of the file, those of every exporter beside its own", () => {
    assert.deepEqual(Object.keys(properties), [
      "web",
      "collector",
      "scrape",
      "metrics",
      "discovery",
      "log",
      "collectors",
      "base_url",
      "password",
      "password_file",
      "modules",
      "when",
    ]);
    assert.deepEqual(Object.keys(properties.collector!.properties), ["disable_defaults", "one"]);
    assert.deepEqual(properties.base_url, { type: "string", description: "Where." });
    assert.deepEqual(properties.collectors!.properties.one, { type: "boolean", description: "One." });
    assert.equal(schema.additionalProperties, false);
  });

  it("has the default of a value", () => {
    assert.equal(properties.collector!.properties.one!.properties.max_depth!.default, 3);
  });

  it("shows secrets as such, with the file that may hold them", () => {
    assert.deepEqual(properties.password, { type: "string", writeOnly: true, description: "Whose." });
    assert.equal(properties.password_file!.type, "string");
  });

  it("requires only what no flag or variable can give", () => {
    assert.equal(schema.required, undefined);
    const module = properties.modules!.additionalProperties as Node;
    assert.deepEqual(module.required, ["url_path"]);
    assert.deepEqual(Object.keys(module.properties), ["url_path", "api_key", "api_key_file"]);
  });
});
