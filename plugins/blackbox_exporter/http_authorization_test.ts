import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as v from "valibot";
import { authorizationOf } from "./http_authorization.ts";
import { httpModule } from "./http_module.ts";

/** What is sent, and what was asked for a token. */
async function authorization(module: object, answer = Response.json({ access_token: "t0ken" })) {
  const asked: { url: string; body: string; authorization: string | null; tls: unknown }[] = [];
  const sent = await authorizationOf(v.parse(httpModule, module), {
    signal: new AbortController().signal,
    readFile: (path) => Promise.resolve(`content of ${path}`),
    fetch(input, init) {
      const headers = new Headers(init?.headers);
      asked.push({
        url: String(input),
        body: String(init?.body),
        authorization: headers.get("authorization"),
        tls: init?.tls,
      });
      return Promise.resolve(answer);
    },
  });
  return { sent, asked };
}

describe("authorizationOf()", () => {
  const cases: readonly (readonly [module: object, sent: string | undefined])[] = [
    [{}, undefined],
    [{ basic_auth: { username: "me", password: "geheimnis ü" } }, "Basic bWU6Z2VoZWltbmlzIMO8"],
    [{ basic_auth: { username: "me" } }, "Basic bWU6"],
    [{ bearer_token: "a" }, "Bearer a"],
    [{ authorization: { credentials: "a" } }, "Bearer a"],
    [{ authorization: { type: "Token", credentials: "a" } }, "Token a"],
  ];
  for (const [module, sent] of cases) {
    it(`sends ${sent} for ${JSON.stringify(module)}`, async () => {
      assert.deepEqual(await authorization(module), { sent, asked: [] });
    });
  }

  it("fetches a token for oauth2, over TLS as the module says", async () => {
    const oauth2 = {
      client_id: "me",
      client_secret: "a:b",
      scopes: ["read", "write"],
      token_url: "https://auth.example/token",
      endpoint_params: { audience: "x" },
      tls_config: { ca_file: "/ca.crt", server_name: "b.example", insecure_skip_verify: true, min_version: "TLS12" },
    };
    assert.deepEqual(await authorization({ oauth2 }), {
      sent: "Bearer t0ken",
      asked: [{
        url: "https://auth.example/token",
        body: "grant_type=client_credentials&audience=x&scope=read+write",
        authorization: `Basic ${btoa("me:a%3Ab")}`,
        tls: { ca: "content of /ca.crt", serverName: "b.example", verify: false, minVersion: "TLSv1.2" },
      }],
    });
  });

  it("says why there is no token", async () => {
    const oauth2 = { client_id: "me", token_url: "https://auth.example/token" };
    await assert.rejects(authorization({ oauth2 }, new Response(null, { status: 401 })), {
      message: "Cannot get a token: auth.example answers with status 401",
    });
    await assert.rejects(authorization({ oauth2 }, Response.json({})), {
      message: "Cannot get a token: auth.example sends none",
    });
  });
});
