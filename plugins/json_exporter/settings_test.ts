import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as v from "valibot";
import { settings } from "./settings.ts";

/** What is wrong, with the path to it. */
function problems(input: unknown): string[] {
  const { issues = [] } = v.safeParse(settings, input);
  return issues.map(({ path = [], message }) => `${path.map(({ key }) => String(key)).join(".")}: ${message}`);
}

const value = { name: "a", path: "{.a}" };
const moduleOf = (module: object) => ({ modules: { m: { metrics: [value], ...module } } });
const metricOf = (metric: object) => moduleOf({ metrics: [{ ...value, ...metric }] });

describe("settings", () => {
  it("takes nothing, and modules with everything", () => {
    assert.deepEqual(problems({}), []);
    const tlsConfig = { ca: "PEM", insecureSkipVerify: true, minVersion: "TLS12" };
    assert.deepEqual(
      problems(moduleOf({
        headers: { "X-Dummy": "test" },
        body: { content: "{{ .a }}", templatize: true },
        validStatusCodes: [200, 503],
        httpClientConfig: { tlsConfig, basicAuth: { username: "me", password: "s3cr3t" }, enableHttp2: true },
      })),
      [],
    );
  });

  it("does not show the values of headers that say who asks", () => {
    const headers = { Authorization: "Bearer s3cr3t", "X-Api-Key": "s3cr3t", Accept: "text/json" };
    const { modules } = v.parse(settings, moduleOf({ headers }));
    assert.doesNotMatch(JSON.stringify(modules), /s3cr3t/);
    assert.match(JSON.stringify(modules), /text\/json/);
  });

  const wrong: readonly [input: object, problem: string][] = [
    [
      metricOf({ path: "{.a" }),
      'modules.m.metrics.0.path: Cannot read JSONPath "{.a": a brace is not closed, at character 4',
    ],
    [
      metricOf({ labels: { b: "{b}" } }),
      'modules.m.metrics.0.labels.b: Cannot read JSONPath "{b}": "b" stands alone, names begin with a dot, at character 3',
    ],
    [
      metricOf({ type: "objects" }),
      'modules.m.metrics.0.type: Invalid type: Expected ("value" | "object") but received "objects"',
    ],
    [metricOf({ type: "object" }), "modules.m.metrics.0: an object needs values, which are its metrics"],
    [
      metricOf({ type: "object", path: "a{.b}", values: { c: 1 } }),
      "modules.m.metrics.0: the path of an object must be one path in braces, as in {.items[*]}",
    ],
    [
      metricOf({ name: "probe_success" }),
      `modules.m.metrics: Metric "probe_success" is the exporter's own, expected another name`,
    ],
    [
      moduleOf({ body: { content: "{{ .a | nope }}", templatize: true } }),
      "modules.m.body: Cannot read the template: function nope is not known",
    ],
    [
      moduleOf({ httpClientConfig: { bearerToken: "t", basicAuth: { username: "me" } } }),
      "modules.m.httpClientConfig: expected at most one of basic_auth, authorization, bearer_token and oauth2",
    ],
    [
      moduleOf({ httpClientConfig: { authorization: { type: "Basic" } } }),
      'modules.m.httpClientConfig.authorization.type: It cannot be "basic", use basic_auth instead',
    ],
    [
      moduleOf({ httpClientConfig: { proxyUrl: "http://proxy:3128" } }),
      "modules.m.httpClientConfig.proxyUrl: probes use no proxy: it would look up by itself where they may not go",
    ],
    [{ authModules: { a: { hosts: [] } } }, "authModules.a.hosts: Invalid length: Expected >=1 but received 0"],
  ];
  for (const [input, problem] of wrong) {
    it(`says "${problem}"`, () => {
      const [first, ...others] = problems(input);
      assert.equal(first?.slice(0, problem.length), problem);
      assert.deepEqual(others, []);
    });
  }
});
