/** Who is answered by a Worker, as its bindings say. */
import { hashSync } from "bcryptjs";
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { ask } from "../_http.ts";
import { needsCarriedRuntimes, needsProgram } from "../_programs.ts";
import { installedProject } from "../_shared.ts";
import { bundleForWorkers, type RunningWorker, startWorker } from "../_workers.ts";

const needs = { ...needsCarriedRuntimes(), ...needsProgram("npm", "https://nodejs.org/en/download") };

const TOKEN = "a-token-that-nobody-guesses";
const USERS = `# who scrapes\nprometheus:${hashSync("correct horse", 4)}\n`;
const RIGHT = `Basic ${btoa("prometheus:correct horse")}`;
const WRONG = `Basic ${btoa("prometheus:battery staple")}`;

/** A Worker's own file that has bcrypt inside. */
const WITH_BCRYPT = `
  import { handler } from "@exporterkit/core";
  import { compare } from "bcryptjs";
  import hello from "./hello.ts";
  export default handler(hello.exporter, { compare });
`;

describe("a Worker", needs, () => {
  let plain: string;
  let withBcrypt: string;
  before(async () => {
    const { folder } = await installedProject();
    plain = await bundleForWorkers(folder, { entryPoints: ["hello.ts"], minify: true });
    const stdin = { contents: WITH_BCRYPT, resolveDir: folder };
    // As wrangler does, so that bcryptjs leaves out Node's crypto.
    withBcrypt = await bundleForWorkers(folder, { stdin, minify: true, platform: "browser" });
  });

  it("has bcrypt inside only if its own file imports it", () => {
    // What bcryptjs says of a hash that is none.
    const words = "Illegal salt length";
    assert.deepEqual([plain.includes(words), withBcrypt.includes(words)], [false, true]);
    assert.ok(withBcrypt.length - plain.length > 10_000);
  });

  const cases: [
    what: string,
    worker: { code: () => string; bindings: Record<string, string> },
    statuses: Record<string, number>,
    log: RegExp,
  ][] = [
    ["nothing", { code: () => plain, bindings: {} }, { none: 200, token: 200, right: 200 }, /^$/],
    [
      "a token",
      { code: () => plain, bindings: { WEB_BEARER_TOKEN: TOKEN } },
      { none: 401, token: 200, right: 401, wrong: 401 },
      /^$/,
    ],
    [
      "users",
      { code: () => withBcrypt, bindings: { WEB_BASIC_AUTH_USERS: USERS } },
      { none: 401, token: 401, right: 200, wrong: 401 },
      /^$/,
    ],
    [
      "users, without bcrypt",
      { code: () => plain, bindings: { WEB_BASIC_AUTH_USERS: USERS } },
      { none: 500, token: 500, right: 500, wrong: 500 },
      /WEB_BASIC_AUTH_USERS: got no compare/,
    ],
    [
      "an empty token",
      { code: () => plain, bindings: { WEB_BEARER_TOKEN: "" } },
      { none: 500, token: 500, right: 500 },
      /WEB_BEARER_TOKEN: expected a token/,
    ],
    [
      "a file with users",
      { code: () => plain, bindings: { HELLO_EXPORTER_WEB_CONFIG_FILE: "/web.yml" } },
      { none: 500, token: 500, right: 500 },
      /web\.config\.file: there are no files on Workers/,
    ],
  ];
  const headers: Record<string, Record<string, string>> = {
    none: {},
    token: { authorization: `Bearer ${TOKEN}` },
    right: { authorization: RIGHT },
    wrong: { authorization: WRONG },
  };
  for (const [what, { code, bindings }, statuses, log] of cases) {
    describe(`told ${what}`, () => {
      let worker: RunningWorker;
      before(async () => {
        worker = await startWorker(code(), { bindings });
      });
      after(() => worker?.stop());

      it(`answers ${JSON.stringify(statuses)} on every path`, async () => {
        for (const path of ["/metrics", "/", "/-/healthy"]) {
          for (const [who, status] of Object.entries(statuses)) {
            // At once, since requests must not wait for each other there.
            const answers = await Promise.all([1, 2, 3].map(() => ask(worker.url + path, { headers: headers[who] })));
            assert.deepEqual(answers.map((answer) => answer.status), [status, status, status], `${who} at ${path}`);
          }
        }
        assert.match(worker.log(), log);
        assert.doesNotMatch(worker.log(), /correct|staple|\$2|guesses/);
      });
    });
  }
});
