import { compare, hashSync } from "bcryptjs";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createLogger } from "../log/logger.ts";
import { checkWebConfig, type WebConfig } from "./web_config.ts";
import { guardFromConfig, type WebGuardOptions } from "./web_guard.ts";

const HASH = hashSync("open sesame", 4);
const HEADERS = { authorization: `Basic ${btoa("ali:open sesame")}` };

function configOf(document: unknown): WebConfig {
  const checked = checkWebConfig(document);
  assert.ok("config" in checked, JSON.stringify(checked));
  return checked.config;
}

/** A handler that counts, and a configuration that can be another for the next request. */
function guarded(document: unknown, options: Partial<WebGuardOptions> = {}) {
  const state = {
    config: configOf(document),
    error: undefined as unknown,
    time: 0,
    answered: 0,
    lines: [] as string[],
  };
  const guard = guardFromConfig({
    config() {
      if (state.error !== undefined) throw state.error;
      return state.config;
    },
    compare,
    now: () => state.time,
    log: createLogger({ write: (line) => state.lines.push(line) }),
    ...options,
  });
  const handler = guard((request) => {
    state.answered++;
    return Promise.resolve(new Response(request.url, { headers: { "X-Frame-Options": "own" } }));
  });
  const ask = (path = "/metrics", headers = {}) => handler(new Request(`http://localhost${path}`, { headers }));
  return { state, ask };
}

describe("guardFromConfig()", () => {
  it("lets everybody ask everything where nothing is configured", async () => {
    const { ask, state } = guarded(null);
    const answer = await ask();
    assert.deepEqual([answer.status, answer.headers.get("X-Frame-Options")], [200, "own"]);
    assert.equal(state.answered, 1);
  });

  it("asks for a password on every path, and sets its headers on every answer", async () => {
    const { ask, state } = guarded({
      http_server_config: { headers: { "X-Frame-Options": "deny", "X-XSS-Protection": "0" } },
      basic_auth_users: { ali: HASH },
    });
    for (const path of ["/metrics", "/", "/-/healthy", "/-/ready", "/nowhere", "//metrics", "/metrics/../-/healthy"]) {
      for (const [headers, status] of [[{}, 401], [HEADERS, 200]] as const) {
        const answer = await ask(path, headers);
        assert.equal(answer.status, status, path);
        assert.equal(answer.headers.get("X-Frame-Options"), "deny");
        assert.equal(answer.headers.get("X-XSS-Protection"), "0");
      }
    }
    assert.equal(state.answered, 7);
  });

  it("takes users and headers as they are now", async () => {
    const { ask, state } = guarded({ basic_auth_users: { ali: HASH } });
    assert.equal((await ask("/", HEADERS)).status, 200);
    state.config = configOf({
      basic_auth_users: { baba: HASH },
      http_server_config: { headers: { "X-XSS-Protection": "1" } },
    });
    const answer = await ask("/", HEADERS);
    assert.deepEqual([answer.status, answer.headers.get("X-XSS-Protection")], [401, "1"]);
  });

  it("answers 500 while the configuration cannot be read, also to those with a password", async () => {
    const { ask, state } = guarded({ basic_auth_users: { ali: HASH } });
    state.error = new Error("gone");
    const answer = await ask("/", HEADERS);
    assert.deepEqual([answer.status, await answer.text()], [500, "Internal Server Error\n"]);
    assert.equal(state.answered, 0);
    state.error = undefined;
    assert.equal((await ask("/", HEADERS)).status, 200);
  });

  it("limits the rate before it compares passwords", async () => {
    let comparisons = 0;
    const { ask, state } = guarded({
      basic_auth_users: { ali: HASH },
      rate_limit: { interval: "1s", burst: "2" },
      http_server_config: { headers: { "X-XSS-Protection": "0" } },
    }, { compare: (password, hash) => (comparisons++, compare(password, hash)) });
    const wrong = (i: number) => ({ authorization: `Basic ${btoa(`ali:${i}`)}` });
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await ask("/", wrong(i))).status);
    assert.deepEqual(statuses, [401, 401, 429, 429]);
    assert.equal(comparisons, 2);
    const limited = await ask();
    assert.deepEqual([await limited.text(), limited.headers.get("X-XSS-Protection")], ["Too Many Requests\n", null]);
    state.time = 1000;
    assert.equal((await ask("/", HEADERS)).status, 200);
  });

  it("answers 500 when a password cannot be compared, and says so without it", async () => {
    const { ask, state } = guarded({ basic_auth_users: { ali: HASH } }, {
      compare: () => Promise.reject(new Error("no more memory")),
    });
    assert.equal((await ask("/", HEADERS)).status, 500);
    assert.equal(state.answered, 0);
    assert.match(state.lines.join("\n"), /level=error msg="Cannot compare a password" error="no more memory"/);
    assert.doesNotMatch(state.lines.join("\n"), /sesame|\$2/);
  });
});
