import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { exporterOf, startApi } from "./_testing.ts";

const metrics = [{ name: "a", path: "{.a}" }];

describe("send()", () => {
  const cases: readonly [name: string, config: object, expected: string][] = [
    ["basic_auth", { basicAuth: { username: "ü", password: "p:w" } }, `Basic ${btoa("\xc3\xbc:p:w")}`],
    ["basic_auth without a password", { basicAuth: { username: "me" } }, `Basic ${btoa("me:")}`],
    ["authorization", { authorization: { credentials: "s3cr3t" } }, "Bearer s3cr3t"],
    ["authorization of another type", { authorization: { type: "Token", credentials: "s3cr3t" } }, "Token s3cr3t"],
    ["bearer_token", { bearerToken: "s3cr3t" }, "Bearer s3cr3t"],
  ];
  for (const [name, httpClientConfig, expected] of cases) {
    it(`sends ${name}`, async () => {
      await using api = await startApi({ a: 1 });
      await using exporter = exporterOf({ modules: { default: { metrics, httpClientConfig } } });
      assert.ok((await exporter.probe({ target: api.url })).includes("probe_success 1"));
      assert.equal(api.asked[0]!.headers.authorization, expected);
    });
  }

  it("sends http_headers in place of those of the module", async () => {
    await using api = await startApi({ a: 1 });
    const httpHeaders = { "X-Own": { values: ["1"], secrets: ["s3cr3t"] }, Accept: { values: ["text/json"] } };
    await using exporter = exporterOf({
      modules: { default: { metrics, headers: { "X-Own": "0" }, httpClientConfig: { httpHeaders } } },
    });
    await exporter.probe({ target: api.url });
    const { headers } = api.asked[0]!;
    assert.deepEqual([headers["x-own"], headers.accept], ["1, s3cr3t", "text/json"]);
  });

  it("asks for a token with oauth2, for each probe", async () => {
    let tokens = 0;
    await using server = await startApi((_, response) => {
      response.writeHead(++tokens > 2 ? 401 : 200).end(JSON.stringify({ access_token: `t${tokens}` }));
    });
    await using api = await startApi({ a: 1 });
    const oauth2 = {
      clientId: "me:1",
      clientSecret: "s3cr3t",
      tokenUrl: `${server.url}/token`,
      scopes: ["a", "b"],
      endpointParams: { audience: "x" },
    };
    await using exporter = exporterOf({ modules: { default: { metrics, httpClientConfig: { oauth2 } } } });
    const probes = [];
    for (let i = 0; i < 3; i++) probes.push((await exporter.probe({ target: api.url })).at(-1));
    assert.deepEqual(probes.slice(0, 2), ["probe_success 1", "probe_success 1"]);
    assert.match(probes[2]!, /^503 .*Cannot get a token from 127\.0\.0\.1:\d+: the status is 401$/);
    assert.deepEqual(api.asked.map(({ headers }) => headers.authorization), ["Bearer t1", "Bearer t2"]);
    const [{ method, path, headers, body }] = server.asked as [typeof server.asked[0]];
    assert.deepEqual([method, path, body], [
      "POST",
      "/token",
      "grant_type=client_credentials&audience=x&scope=a+b",
    ]);
    assert.equal(headers.authorization, `Basic ${btoa("me%3A1:s3cr3t")}`);
    assert.match(headers["content-type"] as string, /^application\/x-www-form-urlencoded/);
  });

  it("follows redirects, but takes no credentials to another origin, unless it is told not to follow", async () => {
    await using other = await startApi({ a: 1 });
    await using api = await startApi((_, response) => {
      response.writeHead(302, { location: `${other.url}/there` }).end();
    });
    const basicAuth = { username: "me", password: "s3cr3t" };
    await using exporter = exporterOf({
      modules: {
        follows: { metrics, httpClientConfig: { basicAuth } },
        stays: { metrics, httpClientConfig: { basicAuth, followRedirects: false } },
      },
    });
    assert.ok((await exporter.probe({ target: api.url, module: "follows" })).includes("a 1"));
    assert.deepEqual(await exporter.probe({ target: api.url, module: "stays" }), [
      "503 Cannot read the target: error: Cannot use the answer: its status is 302 Found, expected 2xx",
    ]);
    assert.deepEqual(other.asked.map(({ path, headers }) => [path, headers.authorization]), [["/there", undefined]]);
  });

  it("uses the auth module that is asked for, in place of what the module has, for its hosts only", async () => {
    await using api = await startApi({ a: 1 });
    await using exporter = exporterOf({
      modules: { default: { metrics, httpClientConfig: { bearerToken: "0wn" } } },
      authModules: { team: { hosts: ["127.0.0.1"], bearerToken: "t3am" }, else: { hosts: ["a.example"] } },
    });
    const target = api.url;
    assert.ok((await exporter.probe({ target, auth_module: "team" })).includes("a 1"));
    assert.deepEqual(await exporter.probe({ target, auth_module: "else" }), [
      `403 Cannot probe "${target}": auth module "else" does not list it among its hosts`,
    ]);
    assert.deepEqual(api.asked.map(({ headers }) => headers.authorization), ["Bearer t3am"]);
  });
});
