import { describe, it } from "node:test";
import assert from "node:assert/strict";
import * as v from "valibot";
import { readArguments } from "./arguments.ts";
import { readDocument, type SettingsDocument, unknownKeys } from "./document.ts";
import { type Secret, secret } from "./secret.ts";
import { settingsOf } from "./setting.ts";
import { settle } from "./settle.ts";
import { readVariables } from "./variables.ts";

const schema = v.object({
  city: v.optional(v.string(), "Berlin"),
  maxConnections: v.optional(
    v.pipe(v.number(), v.integer("must be whole"), v.maxValue(100)),
    10,
  ),
  verbose: v.optional(v.boolean(), true),
  level: v.optional(v.picklist(["low", "high"]), "low"),
  names: v.optional(v.array(v.pipe(v.string(), v.nonEmpty("must not be empty"))), []),
  tls: v.optional(v.object({ caFile: v.optional(v.string()) }), {}),
  password: v.optional(secret()),
  modules: v.optional(v.record(v.string(), v.object({ path: v.string(), apiKey: v.optional(secret()) })), {}),
  targets: v.optional(v.array(v.object({ hostName: v.string(), port: v.optional(v.number(), 80) })), []),
});

const DEFAULTS = {
  city: "Berlin",
  maxConnections: 10,
  verbose: true,
  level: "low",
  names: [],
  tls: {},
  modules: {},
  targets: [],
};

interface Written {
  readonly args?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly file?: unknown;
}

function readFile(path: string): string {
  if (path !== "/run/secrets/key") throw new Error(`no file "${path}"`);
  return "s3cret\n";
}

/** A document whose lines are its keys in order, each on one. */
function documentOf(content: unknown): SettingsDocument {
  const lines: string[] = [];
  function number(value: unknown, path: readonly (string | number)[]): void {
    if (typeof value !== "object" || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      const at = [...path, Array.isArray(value) ? Number(key) : key];
      lines.push(JSON.stringify(at));
      number(inner, at);
    }
  }
  number(content, []);
  return { name: "t.yml", content, lineOf: (path) => path.length === 0 ? 1 : lines.indexOf(JSON.stringify(path)) + 1 };
}

function settleWith({ args = [], variables = {}, file }: Written, of: v.GenericSchema = schema) {
  const settings = settingsOf(of);
  const fromArgs = readArguments(args, settings, readFile);
  const fromVariables = readVariables((name) => variables[name], settings, { prefix: "T_EXPORTER_", readFile });
  const document = file === undefined ? undefined : readDocument(documentOf(file), of, { readFile });
  const settled = settle(of, {
    settings,
    given: [...fromVariables.given, ...fromArgs.given],
    document,
    prefix: "T_EXPORTER_",
  });
  const problems = [
    ...fromArgs.problems,
    ...fromVariables.problems,
    ...document?.problems ?? [],
    ...(document === undefined ? [] : unknownKeys([document])),
    ..."problems" in settled ? settled.problems : [],
  ];
  return { value: "value" in settled ? settled.value as Record<string, unknown> : undefined, problems };
}

describe("settle()", () => {
  it("gives the defaults when nobody says anything", () => {
    for (const written of [{}, { file: null }, { file: {} }, { file: { city: null, tls: {} } }]) {
      assert.deepEqual(settleWith(written), { value: DEFAULTS, problems: [] });
    }
  });

  it("gives an empty object without a schema", () => {
    assert.deepEqual(settle(undefined, { settings: [], given: [], prefix: "" }), { value: {} });
  });

  it("prefers flags to variables, variables to the file, and the file to defaults", () => {
    const file = { city: "file", max_connections: 3, level: "high", names: ["f"] };
    const variables = { T_EXPORTER_CITY: "variable", T_EXPORTER_MAX_CONNECTIONS: "2", T_EXPORTER_NAMES: "v" };
    const { value } = settleWith({ args: ["--city=flag"], variables, file });
    assert.deepEqual(value, { ...DEFAULTS, city: "flag", maxConnections: 2, level: "high", names: ["v"] });
  });

  it("puts values beside those that another source has in the same object", () => {
    const nested = v.object({
      tls: v.object({ caFile: v.string(), name: v.string(), deep: v.object({ n: v.number() }) }),
    });
    const written = { file: { tls: { ca_file: "f", name: "f", deep: { n: 1 } } }, args: ["--tls.name=flag"] };
    assert.deepEqual(settleWith(written, nested).value, { tls: { caFile: "f", name: "flag", deep: { n: 1 } } });
  });

  it("reads keys in both spellings, also inside of records and lists", () => {
    const { value, problems } = settleWith({
      file: { maxConnections: 5, tls: { ca_file: "x" }, targets: [{ host_name: "a" }, { hostName: "b", port: 1 }] },
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(value, {
      ...DEFAULTS,
      maxConnections: 5,
      tls: { caFile: "x" },
      targets: [{ hostName: "a", port: 80 }, { hostName: "b", port: 1 }],
    });
  });

  it("reads secrets, and the files that hold them, wherever they stand", async () => {
    const { value, problems } = settleWith({
      file: {
        password_file: "/run/secrets/key",
        modules: { a: { path: "/a", api_key: "direct" }, b: { path: "/b", apiKeyFile: "/run/secrets/key" } },
      },
    });
    assert.deepEqual(problems, []);
    const { password, modules } = value as { password: Secret; modules: Record<string, { apiKey: Secret }> };
    assert.deepEqual(
      await Promise.all([password, modules.a!.apiKey, modules.b!.apiKey].map((secret) => secret.read())),
      ["s3cret", "direct", "s3cret"],
    );
  });

  it("takes what a file has without quotes for a text, as it is written, where one is wanted", async () => {
    const plain: Record<string, string> = { city: "1.10", maxConnections: "5", password: "007", "names,0": "0x1F" };
    const document = {
      ...documentOf({ city: 1.1, maxConnections: 5, password: 7, names: [31, "a"] }),
      textOf: (path: readonly (string | number)[]) => plain[path.join()],
    };
    const { input } = readDocument(document, schema, { readFile });
    const { password, ...others } = input as { password: Secret };
    assert.deepEqual(others, { city: "1.10", maxConnections: 5, names: ["0x1F", "a"] });
    assert.equal(await password.read(), "007");
  });

  const bad: [string, Written, string[]][] = [
    ["a flag", { args: ["--max-connections=200.5"] }, [
      "Flag --max-connections: got 200.5: must be whole",
      "Flag --max-connections: got 200.5, expected <=100",
    ]],
    ["an item of a list", { args: ["--names=a", "--names="] }, ['Flag --names: got "": must not be empty']],
    ["a variable", { variables: { T_EXPORTER_MAX_CONNECTIONS: "101" } }, [
      "Variable T_EXPORTER_MAX_CONNECTIONS: got 101, expected <=100",
    ]],
    ["a key", { file: { city: "x", max_connections: "many" } }, [
      't.yml:2: max_connections: got "many", expected number',
    ]],
    ["a choice", { file: { level: "medium" } }, ['t.yml:1: level: got "medium", expected ("low" | "high")']],
    ["an item in a file", { file: { names: ["a", 5] } }, ["t.yml:3: names.1: got 5, expected string"]],
    ["a value deep in a file", { file: { modules: { main: { path: 5 } } } }, [
      "t.yml:3: modules.main.path: got 5, expected string",
    ]],
    ["a value that is missing in a file", { file: { modules: { main: {} } } }, [
      "t.yml:2: modules.main.path is missing",
    ]],
    ["an object that is none", { file: { tls: 5 } }, ["t.yml:1: tls: got a number, expected keys and values"]],
    ["a file that is a list", { file: ["a"] }, ["t.yml:1: got a list, expected keys and values"]],
    ["an unknown key", { file: { ctiy: "Rome" } }, ["t.yml:1: ctiy: unknown key, did you mean city?"]],
    ["an unknown key in an object", { file: { tls: { cafile: "x" } } }, [
      "t.yml:2: tls.cafile: unknown key, did you mean ca_file?",
    ]],
    ["a key that is like no other", { file: { tls: { nothing_like_it: "x" } } }, [
      "t.yml:2: tls.nothing_like_it: unknown key, expected one of ca_file",
    ]],
    ["a key in two spellings", { file: { max_connections: 1, maxConnections: 2 } }, [
      "t.yml:2: maxConnections: expected it once, but another key means the same",
    ]],
    ["a secret beside its file", { file: { password: "a-s3cret", password_file: "/run/secrets/key" } }, [
      "t.yml:2: password_file: expected it once, but another key means the same",
    ]],
    ["a file that holds no secret", { file: { password_file: "/nowhere" } }, [
      't.yml:1: password_file: cannot read the secret: no file "/nowhere"',
    ]],
    ["a secret that is a number", { file: { password: 12345678 } }, [
      "t.yml:1: password: expected a text, in quotes where it looks like a number",
    ]],
    ["a file that is no path", { file: { password_file: 12345678 } }, [
      "t.yml:1: password_file: got a number, expected the path of a file",
    ]],
  ];
  for (const [what, written, problems] of bad) {
    it(`says what is wrong with ${what}`, () => assert.deepEqual(settleWith(written).problems, problems));
  }

  it("names everywhere that a missing value can be given", () => {
    const required = v.object({ api: v.object({ baseUrl: v.string() }), key: secret() });
    assert.deepEqual(settleWith({ file: { api: {} } }, required).problems, [
      "Setting api.base_url is missing; give it as flag --api.base-url, variable T_EXPORTER_API_BASE_URL, or " +
      "api.base_url in the settings file",
      "Setting key is missing; give it as flag --key, variable T_EXPORTER_KEY, or key in the settings file",
    ]);
  });

  it("shows no more of a long text than its beginning, and nothing of what is no scalar", () => {
    const odd = v.object({ a: v.pipe(v.string(), v.maxLength(9)), b: v.string(), c: v.optional(v.any()) });
    assert.deepEqual(settleWith({ file: { a: "x".repeat(1000), b: ["s3cret"] } }, odd).problems, [
      `t.yml:1: a: got "${"x".repeat(100)}...", expected <=9`,
      "t.yml:2: b: got a list, expected string",
    ]);
  });

  it("names the setting when no text can give it", () => {
    const odd = v.object({ when: v.date("must be a date") });
    assert.deepEqual(settleWith({}, odd).problems, ["Setting when is missing"]);
  });

  it("passes on keys that a schema takes without naming them", () => {
    const open = v.looseObject({ city: v.string() });
    assert.deepEqual(settleWith({ file: { city: "x", more: 1 } }, open), {
      value: { city: "x", more: 1 },
      problems: [],
    });
  });

  it("passes on null where the schema takes it", () => {
    const schema = v.object({ limit: v.optional(v.nullable(v.number()), 5) });
    assert.deepEqual(settleWith({ file: { limit: null } }, schema).value, { limit: null });
  });
});

describe("unknownKeys()", () => {
  it("leaves out what another schema has", () => {
    const document = documentOf({ city: "x", log: { level: "debug", colour: "red" }, lgo: 1 });
    const schemas = [v.object({ city: v.string() }), v.object({ log: v.object({ level: v.string() }) })];
    const readings = schemas.map((one) => readDocument(document, one, { readFile }));
    assert.deepEqual(unknownKeys(readings), [
      "t.yml:5: lgo: unknown key, did you mean log?",
      "t.yml:4: log.colour: unknown key, expected one of level",
    ]);
  });
});
