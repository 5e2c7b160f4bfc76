import { describe, it } from "node:test";
import assert from "node:assert/strict";
import * as v from "valibot";
import { flagsOf, kebabCase } from "./flags.ts";

describe("kebabCase()", () => {
  const cases = [["maxConnections", "max-connections"], ["city", "city"], ["a1B2", "a1-b2"], ["x", "x"], ["", ""]];
  for (const [text = "", name] of cases) it(`writes "${text}" as "${name}"`, () => assert.equal(kebabCase(text), name));
});

describe("flagsOf()", () => {
  it("gives none without a schema, or without a name", () => {
    assert.deepEqual(flagsOf(undefined), []);
    assert.deepEqual(flagsOf(v.object({})), []);
    assert.deepEqual(flagsOf(v.string()), []);
  });

  it("gives one flag per setting, in the order of the schema", () => {
    const schema = v.object({
      city: v.pipe(v.string(), v.description("Where.")),
      maxConnections: v.optional(v.pipe(v.number(), v.minValue(1), v.description("How many.")), 10),
      verbose: v.optional(v.boolean(), false),
      level: v.optional(v.picklist(["low", "high"]), "low"),
      names: v.optional(v.array(v.string()), ["a", "b"]),
    });
    assert.deepEqual(flagsOf(schema), [
      { name: "city", path: ["city"], kind: "string", help: "Where." },
      { name: "max-connections", path: ["maxConnections"], kind: "number", help: "How many.", fallback: 10 },
      { name: "verbose", path: ["verbose"], kind: "boolean", help: "", fallback: false },
      { name: "level", path: ["level"], kind: "string", help: "", fallback: "low", choices: ["low", "high"] },
      { name: "names", path: ["names"], kind: "list", help: "", fallback: ["a", "b"] },
    ]);
  });

  it("joins the names of objects in objects with dots", () => {
    const schema = v.object({
      tls: v.object({ caFile: v.string(), deepDown: v.optional(v.object({ aB: v.number() }), { aB: 1 }) }),
    });
    assert.deepEqual(flagsOf(schema).map(({ name, path }) => [name, path]), [
      ["tls.ca-file", ["tls", "caFile"]],
      ["tls.deep-down.a-b", ["tls", "deepDown", "aB"]],
    ]);
  });

  it("looks through what may be missing, and takes the help from wherever it stands", () => {
    const schema = v.object({
      inner: v.optional(v.pipe(v.string(), v.description("Inner."))),
      outer: v.pipe(v.optional(v.string(), "x"), v.description("Outer.")),
      twice: v.nullable(v.optional(v.number(), 5)),
      computed: v.optional(v.string(), () => "made"),
    });
    assert.deepEqual(flagsOf(schema).map(({ name, kind, help, fallback }) => [name, kind, help, fallback]), [
      ["inner", "string", "Inner.", undefined],
      ["outer", "string", "Outer.", "x"],
      ["twice", "number", "", 5],
      ["computed", "string", "", "made"],
    ]);
  });

  it("leaves out what no flag can say", () => {
    const schema = v.object({
      when: v.optional(v.date()),
      map: v.optional(v.record(v.string(), v.string())),
      ok: v.string(),
    });
    assert.deepEqual(flagsOf(schema).map(({ name }) => name), ["ok"]);
  });
});
