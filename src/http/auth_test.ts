import { compare, hashSync } from "bcryptjs";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createLogger } from "../log/logger.ts";
import { type Auth, type AuthBindings, guardFromAuth, guardFromBindings } from "./auth.ts";
import type { CompareHash } from "./bcrypt_hash.ts";
import type { Guard } from "./guard.ts";

const TOKEN = "0123456789abcdef-._~+/==";
const HASH = hashSync("open sesame", 4);
const BASIC = `Basic ${btoa("ali:open sesame")}`;

async function statusOf(guard: Guard, authorization?: string): Promise<number> {
  const handler = guard(() => Promise.resolve(new Response("metrics")));
  const headers = authorization === undefined ? undefined : { authorization };
  const answer = await handler(new Request("http://localhost/-/healthy", { headers }));
  if (answer.status === 401) assert.match(answer.headers.get("WWW-Authenticate") ?? "", /^(?:Basic|Bearer)$/);
  return answer.status;
}

describe("guardFromAuth()", () => {
  it("lets in whoever has the token", async () => {
    const guard = guardFromAuth({ bearer: TOKEN });
    assert.equal(await statusOf(guard, `Bearer ${TOKEN}`), 200);
    assert.equal(await statusOf(guard, `bearer  ${TOKEN} `), 200);
    const others = [
      undefined,
      "Bearer",
      `Bearer ${TOKEN}=`,
      `Bearer ${TOKEN.slice(1)}`,
      `Bearer ${TOKEN} x`,
      TOKEN,
      BASIC,
    ];
    for (const other of others) assert.equal(await statusOf(guard, other), 401, other);
  });

  it("lets in whoever has a password", async () => {
    const guard = guardFromAuth({ basic: { ali: HASH }, compare });
    assert.equal(await statusOf(guard, BASIC), 200);
    for (const other of [undefined, `Basic ${btoa("ali:sesame")}`, `Bearer ${TOKEN}`]) {
      assert.equal(await statusOf(guard, other), 401, other);
    }
  });

  const wrong: [what: string, auth: unknown, message: RegExp][] = [
    ["an empty token", { bearer: "" }, /a token of at least 16/],
    ["a token that is missing", { bearer: undefined }, /a token of at least 16/],
    ["a short token", { bearer: "short" }, /a token of at least 16/],
    ["a token that no header can carry", { bearer: "0123456789abcdef\n" }, /a token of at least 16/],
    ["no users", { basic: {}, compare }, /got no users/],
    ["users that are missing", { basic: undefined, compare }, /got no users/],
    ["a password in place of a hash", { basic: { ali: HASH, baba: "hunter2" }, compare }, /user 2 of 2 has no bcrypt/],
    ["a hash that takes for ever", { basic: { ali: HASH.replace("$04$", "$31$") }, compare }, /cost 4 to 14/],
    ["nothing to compare with", { basic: { ali: HASH } }, /got no compare/],
  ];
  for (const [what, auth, message] of wrong) {
    it(`throws for ${what}, without saying it`, () => {
      assert.throws(() => guardFromAuth(auth as Auth), (error: Error) => {
        assert.ok(error instanceof TypeError);
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /hunter2|short|\$2/);
        return true;
      });
    });
  }
});

describe("guardFromBindings()", () => {
  function fromBindings(env: AuthBindings, options: { compare?: CompareHash } = {}) {
    const lines: string[] = [];
    return {
      lines,
      guard: guardFromBindings(env, { log: createLogger({ write: (line) => lines.push(line) }), ...options }),
    };
  }

  it("lets everybody in without bindings of that name", async () => {
    assert.equal(await statusOf(fromBindings({}).guard), 200);
  });

  it("asks for the token", async () => {
    const { guard } = fromBindings({ WEB_BEARER_TOKEN: TOKEN });
    assert.deepEqual([await statusOf(guard, `Bearer ${TOKEN}`), await statusOf(guard)], [200, 401]);
  });

  it("asks for a password of the users", async () => {
    const users = `# who scrapes\r\n\n ali:${HASH}\r\nbaba:${hashSync("x", 4)}\n`;
    const { guard } = fromBindings({ WEB_BASIC_AUTH_USERS: users }, { compare });
    assert.deepEqual([await statusOf(guard, BASIC), await statusOf(guard)], [200, 401]);
  });

  const wrong: [what: string, env: AuthBindings, compare: CompareHash | undefined, reason: RegExp][] = [
    ["an empty token", { WEB_BEARER_TOKEN: "" }, undefined, /WEB_BEARER_TOKEN: expected a token/],
    ["a token that is no text", { WEB_BEARER_TOKEN: {} }, undefined, /WEB_BEARER_TOKEN: expected a token/],
    ["no users", { WEB_BASIC_AUTH_USERS: "" }, compare, /WEB_BASIC_AUTH_USERS: got no users/],
    ["comments only", { WEB_BASIC_AUTH_USERS: "# ali" }, compare, /WEB_BASIC_AUTH_USERS: got no users/],
    ["a password in place of a hash", { WEB_BASIC_AUTH_USERS: "ali:hunter2" }, compare, /user 1 of 1 has no bcrypt/],
    ["a line without a colon", { WEB_BASIC_AUTH_USERS: `ali:${HASH}\nhunter2` }, compare, /a line without a colon/],
    ["a user twice", { WEB_BASIC_AUTH_USERS: `ali:${HASH}\nali:${HASH}` }, compare, /a user twice/],
    ["users that are no text", { WEB_BASIC_AUTH_USERS: 1 }, compare, /got no users/],
    ["users without a way to compare", { WEB_BASIC_AUTH_USERS: `ali:${HASH}` }, undefined, /got no compare/],
    ["both", { WEB_BASIC_AUTH_USERS: `ali:${HASH}`, WEB_BEARER_TOKEN: TOKEN }, compare, /got both/],
  ];
  for (const [what, env, compare, reason] of wrong) {
    it(`answers 500 to everybody for ${what}, and says why without saying it`, async () => {
      const { guard, lines } = fromBindings(env, { compare });
      for (const authorization of [undefined, BASIC, `Bearer ${TOKEN}`, "Bearer "]) {
        assert.equal(await statusOf(guard, authorization), 500);
      }
      assert.match(lines.join("\n"), reason);
      assert.doesNotMatch(lines.join("\n"), /hunter2|\$2|0123456789abcdef/);
    });
  }
});
