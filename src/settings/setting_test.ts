import { describe, it } from "node:test";
import assert from "node:assert/strict";
import * as v from "valibot";
import { secret } from "./secret.ts";
import { fileSettingsOf, kebabCase, settingsOf, snakeCase, upperCase } from "./setting.ts";

describe("kebabCase()", () => {
  const cases = [["maxConnections", "max-connections"], ["city", "city"], ["a1B2", "a1-b2"], ["x", "x"], ["", ""]];
  for (const [text = "", name] of cases) it(`writes "${text}" as "${name}"`, () => assert.equal(kebabCase(text), name));
});

describe("settingsOf()", () => {
  it("gives none without a schema, or without a name", () => {
    assert.deepEqual(settingsOf(undefined), []);
    assert.deepEqual(settingsOf(v.object({})), []);
    assert.deepEqual(settingsOf(v.string()), []);
  });

  it("gives one per value, in the order of the schema", () => {
    const schema = v.object({
      city: v.pipe(v.string(), v.description("Where.")),
      maxConnections: v.optional(v.pipe(v.number(), v.minValue(1), v.description("How many.")), 10),
      verbose: v.optional(v.boolean(), false),
      level: v.optional(v.picklist(["low", "high"]), "low"),
      names: v.optional(v.array(v.string()), ["a", "b"]),
    });
    const [city, maxConnections, ...others] = settingsOf(schema);
    const one = { kind: "string", isList: false };
    assert.deepEqual(city, { ...one, path: ["city"], flag: "city", variable: "CITY", help: "Where." });
    assert.deepEqual(maxConnections, {
      path: ["maxConnections"],
      flag: "max-connections",
      variable: "MAX_CONNECTIONS",
      kind: "number",
      isList: false,
      help: "How many.",
      fallback: 10,
    });
    assert.deepEqual(
      others.map(({ path, flag: _flag, variable: _variable, help: _help, ...rest }) => [path[0], rest]),
      [
        ["verbose", { kind: "boolean", isList: false, fallback: false }],
        ["level", { ...one, fallback: "low", choices: ["low", "high"] }],
        ["names", { kind: "string", isList: true, fallback: ["a", "b"] }],
      ],
    );
  });

  it("joins the names of objects in objects with dots", () => {
    const schema = v.object({
      tls: v.object({ caFile: v.string(), deepDown: v.optional(v.object({ aB: v.number() }), { aB: 1 }) }),
    });
    assert.deepEqual(settingsOf(schema).map(({ flag, variable, path }) => [flag, variable, path]), [
      ["tls.ca-file", "TLS_CA_FILE", ["tls", "caFile"]],
      ["tls.deep-down.a-b", "TLS_DEEP_DOWN_A_B", ["tls", "deepDown", "aB"]],
    ]);
  });

  it("looks through what may be missing, and takes the help from wherever it stands", () => {
    const schema = v.object({
      inner: v.optional(v.pipe(v.string(), v.description("Inner."))),
      outer: v.pipe(v.optional(v.string(), "x"), v.description("Outer.")),
      twice: v.nullable(v.optional(v.number(), 5)),
      computed: v.optional(v.string(), () => "made"),
    });
    assert.deepEqual(settingsOf(schema).map(({ flag, kind, help, fallback }) => [flag, kind, help, fallback]), [
      ["inner", "string", "Inner.", undefined],
      ["outer", "string", "Outer.", "x"],
      ["twice", "number", "", 5],
      ["computed", "string", "", "made"],
    ]);
  });

  it("leaves out what no text can say", () => {
    const schema = v.object({
      when: v.optional(v.date()),
      map: v.optional(v.record(v.string(), v.string())),
      objects: v.optional(v.array(v.object({ a: v.string() }))),
      ok: v.string(),
    });
    assert.deepEqual(settingsOf(schema).map(({ flag }) => flag), ["ok"]);
  });

  it("reads lists of numbers, choices and secrets", () => {
    const schema = v.object({
      ports: v.array(v.number()),
      levels: v.optional(v.array(v.picklist(["low", "high"]))),
      tokens: v.array(secret()),
    });
    assert.deepEqual(settingsOf(schema).map(({ kind, isList, choices }) => [kind, isList, choices]), [
      ["number", true, undefined],
      ["string", true, ["low", "high"]],
      ["secret", true, undefined],
    ]);
  });

  it("knows secrets, however they are wrapped, and never their default", () => {
    const schema = v.object({
      plain: secret(),
      described: v.pipe(secret(), v.description("A secret.")),
      optional: v.optional(secret(), "hunter2"),
    });
    assert.deepEqual(settingsOf(schema).map(({ flag, kind, help, fallback }) => [flag, kind, help, fallback]), [
      ["plain", "secret", "", undefined],
      ["described", "secret", "A secret.", undefined],
      ["optional", "secret", "", undefined],
    ]);
  });
});

describe("fileSettingsOf()", () => {
  it("gives what no text can say", () => {
    const schema = v.object({
      city: v.string(),
      modules: v.optional(v.record(v.string(), v.string()), {}),
      deep: v.object({ port: v.number(), targets: v.array(v.object({ host: v.string() })) }),
    });
    assert.deepEqual(fileSettingsOf(schema), [["modules"], ["deep", "targets"]]);
    assert.deepEqual(fileSettingsOf(undefined), []);
  });
});

describe("upperCase()", () => {
  it("writes names as variables have them", () => {
    assert.equal(upperCase("maxConnections"), "MAX_CONNECTIONS");
    assert.equal(upperCase("my-redis"), "MY_REDIS");
    assert.equal(upperCase("info_schema.tables"), "INFO_SCHEMA_TABLES");
    assert.equal(snakeCase("maxConnections"), "max_connections");
  });
});
