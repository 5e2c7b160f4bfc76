import { describe, it } from "node:test";
import assert from "node:assert/strict";
import * as v from "valibot";
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
