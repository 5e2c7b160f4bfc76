/** The JSON exporter as npm installs it, on each runtime, and bundled for Workers. */
import assert from "node:assert/strict";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { after, before, describe, it } from "node:test";
import { type Api, startApi } from "../../plugins/json_exporter/_testing.ts";
import { makeAuthority, makeCertificate, needsOpenssl } from "../_certificates.ts";
import { ask } from "../_http.ts";
import { startOurs } from "./_json_exporter.ts";
import { needsCarriedRuntimes, needsProgram } from "../_programs.ts";
import { installedProject } from "../_shared.ts";
import { bundleForWorkers, startWorker } from "../_workers.ts";
import { installedPlugin, RUNTIMES } from "./_runtimes.ts";

const NPM = needsProgram("npm", "https://nodejs.org/en/download");
const metrics = [
  { name: "a", path: "{.a}" },
  { name: "list", type: "object", path: "{.list[?(@.on == true)]}", labels: { id: "{.id}" }, values: { n: "{.n}" } },
];
const DOCUMENT = { a: 1, list: [{ id: "x", n: 2, on: true }, { id: "y", n: 3, on: false }] };
const WHOLE = /^a 1$[^]*^list_n\{id="x"\} 2$[^]*^probe_success 1$/m;

for (const name of RUNTIMES) {
  const needs = { ...needsOpenssl(), ...needsCarriedRuntimes(), ...NPM };

  describe(`json exporter on ${name}`, needs, () => {
    let folder: string;
    let server: ReturnType<typeof createServer>;
    let port: number;

    before(async () => {
      folder = await Deno.makeTempDir({ prefix: "exporterkit-json-" });
      await makeAuthority(folder, "authority");
      await makeAuthority(folder, "other");
      await makeCertificate(folder, "server", { by: "authority", names: "DNS:api.example" });
      await makeCertificate(folder, "client", { by: "authority" });
      const read = (file: string) => Deno.readTextFileSync(`${folder}/${file}`);
      const options = { key: read("server.key"), cert: read("server.crt"), ca: read("authority.crt") };
      server = createServer(
        { ...options, requestCert: true, rejectUnauthorized: false },
        ({ socket, url }, response) => {
          const isKnown = (socket as TLSSocket).authorized;
          response.writeHead(url === "/clients" && !isKnown ? 403 : 200).end(JSON.stringify(DOCUMENT));
        },
      );
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      port = (server.address() as AddressInfo).port;
      const tls = (config: object) => ({ metrics, http_client_config: { tls_config: config } });
      const modules = {
        default: { metrics },
        insecure: tls({ insecure_skip_verify: true }),
        // Relative to the settings file.
        name: tls({ ca_file: "authority.crt", server_name: "api.example" }),
        wrong_name: tls({ ca_file: "authority.crt" }),
        wrong_ca: tls({ ca_file: "other.crt", server_name: "api.example" }),
        client: tls({ insecure_skip_verify: true, cert_file: "client.crt", key_file: "client.key" }),
        newest: tls({ insecure_skip_verify: true, min_version: "TLS13" }),
      };
      await Deno.writeTextFile(`${folder}/config.yml`, JSON.stringify({ modules }));
    });
    after(async () => {
      server?.closeAllConnections();
      server?.close();
      await Deno.remove(folder, { recursive: true });
    });

    it(`json exporter speaks TLS as the module says, on ${name}`, async () => {
      await using ours = await startOurs(`${folder}/config.yml`, await installedPlugin("json-exporter", name));
      const cases: readonly [module: string, path: string, success: number][] = [
        ["default", "/", 0],
        ["insecure", "/", 1],
        ["name", "/", 1],
        ["wrong_name", "/", 0],
        ["wrong_ca", "/", 0],
        ["insecure", "/clients", 0],
        ["client", "/clients", 1],
        ["newest", "/", 1],
      ];
      for (const [module, path, success] of cases) {
        const { text } = await ours.probe({ module, target: `https://127.0.0.1:${port}${path}` });
        const expected = success === 1 ? WHOLE : /^Cannot read the target: error: /;
        assert.match(text, expected, `${module} ${path}\n${text}${ours.log()}`);
      }
      assert.match(ours.log(), /module=default .*self[- ]signed|module=default .*unable to/i);
      assert.match(ours.log(), /module=wrong_name .*does not match/);
    });
  });
}

describe("json exporter bundled for Workers", { ...needsCarriedRuntimes(), ...NPM }, () => {
  let api: Api;
  let code: string;
  before(async () => {
    api = await startApi(DOCUMENT);
    const { folder } = await installedProject();
    code = await bundleForWorkers(folder, { entryPoints: ["node_modules/@exporterkit/json-exporter/exporter.js"] });
  });
  after(() => api?.[Symbol.asyncDispose]());

  it("probes the targets of its settings, with secrets and rendered bodies", async () => {
    const body = { content: '{"of": {{ .of | first | quote }} }', templatize: true };
    const bindings = {
      JSON_EXPORTER_SETTINGS: {
        modules: {
          default: { metrics, body, http_client_config: { bearer_token: "s3cr3t-t0ken" } },
          insecure: { metrics, http_client_config: { tls_config: { insecure_skip_verify: true } } },
        },
        targets: [{ target: api.url, labels: { team: "a" } }],
      },
    };
    await using worker = await startWorker(code, { bindings });
    const probe = (query: Record<string, string>) => ask(`${worker.url}/probe?${new URLSearchParams(query)}`);
    const { status, text } = await probe({ target: api.url, of: "x", module: "default" });
    assert.equal(status, 200, text);
    assert.match(text, WHOLE);
    const { method, headers, body: sent } = api.asked[0]!;
    assert.deepEqual([method, headers.authorization, sent], ["POST", "Bearer s3cr3t-t0ken", '{"of": "x" }']);
    // What fetch cannot be told is refused, not left out.
    const insecure = await probe({ target: api.url, module: "insecure" });
    assert.equal(insecure.status, 503);
    for (const text of [insecure.text, worker.log()]) assert.match(text, /this runtime's fetch has no TLS settings/);
    assert.equal((await probe({ target: "http://127.0.0.1:1/" })).status, 403);
    assert.equal(api.asked.length, 1);
    const groups: { labels: Record<string, string> }[] = JSON.parse((await ask(`${worker.url}/sd`)).text);
    assert.equal(groups.find(({ labels }) => labels.__param_target === api.url)?.labels.team, "a");
  });
});
