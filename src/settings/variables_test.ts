import { describe, it } from "node:test";
import assert from "node:assert/strict";
import * as v from "valibot";
import { alias } from "./alias.ts";
import { type Secret, secret } from "./secret.ts";
import { settingsOf } from "./setting.ts";
import { misspelled, readVariables, variablePrefix } from "./variables.ts";

const settings = settingsOf(v.object({
  city: v.optional(v.string(), "Berlin"),
  maxConnections: v.optional(v.number()),
  verbose: v.optional(v.boolean(), true),
  names: v.optional(v.array(v.string())),
  ports: v.optional(v.array(v.number())),
  password: v.optional(secret()),
  tls: v.optional(v.object({ caFile: v.optional(v.string()) }), {}),
}));
const prefix = "T_EXPORTER_";

type Variables = Readonly<Record<string, string | undefined>>;

function readFile(path: string): string {
  if (path !== "/run/secrets/key") throw new Error(`no file "${path}"`);
  return "s3cret\n";
}

function read(variables: Variables) {
  return readVariables((name) => variables[name], settings, { prefix, readFile });
}

describe("variablePrefix()", () => {
  it("is the exporter's name as variables are written", () => {
    assert.equal(variablePrefix("redis"), "REDIS_EXPORTER_");
    assert.equal(variablePrefix("my-app"), "MY_APP_EXPORTER_");
  });
});

describe("readVariables()", () => {
  const good: [Variables, unknown[]][] = [
    [{}, []],
    [{ CITY: "Rome", T_CITY: "Rome" }, []],
    [{ T_EXPORTER_CITY: "Rome" }, ["Rome"]],
    [{ T_EXPORTER_CITY: "" }, []],
    [{ T_EXPORTER_CITY: undefined }, []],
    [{ T_EXPORTER_MAX_CONNECTIONS: "5" }, [5]],
    [{ T_EXPORTER_VERBOSE: "false" }, [false]],
    [{ T_EXPORTER_NAMES: "a,b" }, [["a", "b"]]],
    [{ T_EXPORTER_NAMES: " a , b," }, [["a", "b"]]],
    [{ T_EXPORTER_NAMES: "a,b\nc\n" }, [["a,b", "c"]]],
    [{ T_EXPORTER_PORTS: "1,2" }, [[1, 2]]],
    [{ T_EXPORTER_TLS_CA_FILE: "/etc/ca.pem" }, ["/etc/ca.pem"]],
  ];
  for (const [variables, values] of good) {
    it(`reads ${JSON.stringify(variables)}`, () => {
      const { given, problems } = read(variables);
      assert.deepEqual(problems, []);
      assert.deepEqual(given.map(({ value }) => value), values);
    });
  }

  const bad: [Variables, string[]][] = [
    [{ T_EXPORTER_MAX_CONNECTIONS: "many" }, ['Variable T_EXPORTER_MAX_CONNECTIONS: got "many", expected a number']],
    [{ T_EXPORTER_VERBOSE: "yes" }, ['Variable T_EXPORTER_VERBOSE: got "yes", expected true or false']],
    [{ T_EXPORTER_PORTS: "1,x,y" }, [
      'Variable T_EXPORTER_PORTS: got "x", expected a number',
      'Variable T_EXPORTER_PORTS: got "y", expected a number',
    ]],
    [{ T_EXPORTER_PASSWORD_FILE: "/nowhere" }, [
      'Variable T_EXPORTER_PASSWORD_FILE: cannot read the secret: no file "/nowhere"',
    ]],
    [{ T_EXPORTER_PASSWORD: "s3cret", T_EXPORTER_PASSWORD_FILE: "/run/secrets/key" }, [
      "Variable T_EXPORTER_PASSWORD: expected either it or T_EXPORTER_PASSWORD_FILE, got both",
    ]],
  ];
  for (const [variables, problems] of bad) {
    it(`says what is wrong with ${JSON.stringify(Object.keys(variables))}`, () => {
      assert.deepEqual(read(variables), { given: [], problems });
    });
  }

  it("reads a secret, or the file that holds it", async () => {
    for (const variables of [{ T_EXPORTER_PASSWORD: "s3cret" }, { T_EXPORTER_PASSWORD_FILE: "/run/secrets/key" }]) {
      const { given: [given] } = read(variables);
      assert.equal(await (given!.value as Secret).read(), "s3cret");
    }
  });
});

describe("misspelled()", () => {
  it("names what was meant, and leaves alone what is like nothing", () => {
    const names = [
      "T_EXPORTER_CITTY",
      "T_EXPORTER_CITY",
      "T_EXPORTER_PASSWORD_FILE",
      "T_EXPORTER_SERVICE_HOST",
      "T_EXPORTER_PORT_9121_TCP",
    ];
    assert.deepEqual(misspelled(names, settings, prefix), [
      { name: "T_EXPORTER_CITTY", meant: "T_EXPORTER_CITY" },
    ]);
  });
});

describe("readVariables() of a setting with other names", () => {
  const named = settingsOf(v.object({
    addr: v.optional(v.pipe(v.string(), alias({ variable: ["REDIS_ADDR", "REDIS_URL"] }))),
    password: v.optional(v.pipe(secret(), alias({ variable: "REDIS_PASSWORD" }))),
    config: v.optional(v.pipe(v.boolean(), alias({ variable: "T_EXPORTER_INCL_CONFIG" }))),
  }));
  const readNamed = (variables: Variables) => readVariables((name) => variables[name], named, { prefix, readFile });

  it("takes the first that is set", () => {
    const all = { T_EXPORTER_ADDR: "a", REDIS_ADDR: "b", REDIS_URL: "c" };
    const addressOf = (variables: Variables) =>
      readNamed(variables).given.map(({ value, origin }) => [value, origin])[0];
    assert.deepEqual(addressOf(all), ["a", "Variable T_EXPORTER_ADDR"]);
    assert.deepEqual(addressOf({ ...all, T_EXPORTER_ADDR: "" }), ["b", "Variable REDIS_ADDR"]);
    assert.deepEqual(addressOf({ REDIS_URL: "c" }), ["c", "Variable REDIS_URL"]);
    assert.equal(addressOf({ T_EXPORTER_REDIS_ADDR: "d" }), undefined);
  });

  it("reads the file of a secret", async () => {
    const [password] = readNamed({ REDIS_PASSWORD_FILE: "/run/secrets/key" }).given;
    assert.equal(await (password?.value as Secret).read(), "s3cret");
  });

  it("refuses a secret beside its file under the same name", () => {
    assert.deepEqual(readNamed({ REDIS_PASSWORD: "x", REDIS_PASSWORD_FILE: "/run/secrets/key" }).problems, [
      "Variable REDIS_PASSWORD: expected either it or REDIS_PASSWORD_FILE, got both",
    ]);
  });

  it("is nothing misspelled", () => {
    const names = ["T_EXPORTER_INCL_CONFIG", "REDIS_PASSWORT", "T_EXPORTER_INCL_CONFI"];
    assert.deepEqual(misspelled(names, named, prefix), [
      { name: "T_EXPORTER_INCL_CONFI", meant: "T_EXPORTER_INCL_CONFIG" },
    ]);
  });
});
