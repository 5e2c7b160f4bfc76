/** The prober http in workerd, with what fetch can tell. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ask } from "../_http.ts";
import { needsProgram } from "../_programs.ts";
import { installedProject } from "../_shared.ts";
import { bundleForWorkers, type RunningWorker, startWorker } from "../_workers.ts";
import { needsTargets, startTargets, type Targets } from "./_blackbox.ts";
import { readFamilies } from "./_families.ts";

const needs = { ...needsTargets(), ...needsProgram("npm", "https://nodejs.org/en/download") };

const MODULES = {
  http_2xx: { prober: "http", timeout: "2s" },
  http_body: { prober: "http", http: { fail_if_body_not_matches_regexp: ["(?i)HELLO"] } },
  http_stays: { prober: "http", http: { follow_redirects: false, valid_status_codes: [302] } },
  http_basic: { prober: "http", http: { basic_auth: { username: "me", password: "secret" } } },
  http_post: {
    prober: "http",
    http: { method: "POST", body: "the body", fail_if_body_not_matches_regexp: ["^POST the body$"] },
  },
  http_insecure: { prober: "http", http: { tls_config: { insecure_skip_verify: true } } },
  http_not_ssl: { prober: "http", http: { fail_if_not_ssl: true } },
};

/** Module, path, and what the answer has to say. */
const CASES: readonly (readonly [module: keyof typeof MODULES, path: string, success: 0 | 1, ...expected: RegExp[]])[] =
  [
    ["http_2xx", "/", 1, /^probe_http_status_code 200$/m, /^probe_http_uncompressed_body_length 12$/m],
    ["http_2xx", "/missing", 0, /^probe_http_status_code 404$/m],
    ["http_2xx", "/twice", 1, /^probe_http_redirects 2$/m],
    ["http_2xx", "/cookie", 1],
    ["http_2xx", "/modified", 1, /^probe_http_last_modified_timestamp_seconds 1.44541248e\+09$/m],
    ["http_2xx", "/slow", 0, /^probe_http_status_code 0$/m],
    ["http_2xx", "/metadata", 0],
    ["http_body", "/", 1, /^probe_failed_due_to_regex 0$/m],
    ["http_body", "/missing", 0],
    ["http_stays", "/redirect", 1, /^probe_http_redirects 1$/m],
    ["http_basic", "/basic", 1],
    ["http_post", "/post", 1],
    ["http_not_ssl", "/", 0, /^probe_http_ssl 0$/m],
    ["http_insecure", "/", 0],
  ];

describe("blackbox exporter bundled for Workers", needs, () => {
  let targets: Targets;
  let worker: RunningWorker;
  const base = () => `http://127.0.0.1:${targets.ports.web}`;

  before(async () => {
    targets = await startTargets();
    worker = await start({ modules: MODULES, probe: { allow: ["127.0.0.0/8"] }, targets: [{ target: base() }] });
  });
  after(async () => {
    await worker?.stop();
    await targets?.[Symbol.asyncDispose]();
  });

  for (const [module, path, success, ...expected] of CASES) {
    it(`${module} ${success ? "succeeds" : "fails"} with ${path}`, async () => {
      const answer = await ask(`${worker.url}/probe?${new URLSearchParams({ module, target: `${base()}${path}` })}`);
      assert.equal(answer.status, 200, answer.text);
      assert.match(answer.text, new RegExp(`^probe_success ${success}$`, "m"));
      for (const pattern of expected) assert.match(answer.text, pattern);
    });
  }

  it("says nothing of what fetch does not tell", async () => {
    const { text } = await ask(`${worker.url}/probe?target=${base()}`);
    assert.deepEqual([...readFamilies(text, /^probe_/).keys()].sort(), [
      "probe_duration_seconds",
      "probe_failed_due_to_regex",
      "probe_http_content_length",
      "probe_http_duration_seconds",
      "probe_http_redirects",
      "probe_http_ssl",
      "probe_http_status_code",
      "probe_http_uncompressed_body_length",
      "probe_success",
    ]);
    assert.match(text, /phase="processing"\} \S+\nprobe_http_duration_seconds\{phase="transfer"\} \S+\n#/);
  });

  it("says which key of a module it cannot do, instead of leaving it out", async () => {
    const query = new URLSearchParams({ module: "http_insecure", target: base(), debug: "true" });
    const { text } = await ask(`${worker.url}/probe?${query}`);
    assert.match(text, /reason="Cannot probe with tls_config\.insecure_skip_verify on this runtime"/);
  });

  it("starts with no module of another prober", async () => {
    await using other = await start({ modules: { tcp_connect: { prober: "tcp" } } });
    assert.equal((await ask(`${other.url}/metrics`)).status, 500);
    assert.match(other.log(), /Module "tcp_connect": It wants collector "tcp", which is not there/);
  });
});

async function start(settings: object): Promise<RunningWorker> {
  const { folder } = await installedProject();
  const contents = `export { default } from "@exporterkit/blackbox-exporter/worker";`;
  const code = await bundleForWorkers(folder, { stdin: { contents, resolveDir: folder, loader: "ts" } });
  return await startWorker(code, { bindings: { BLACKBOX_EXPORTER_SETTINGS: settings } });
}
