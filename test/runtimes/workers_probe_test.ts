/** What probes promise in workerd, where nobody can choose the address that a name is connected to. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ask } from "../_http.ts";
import { needsCarriedRuntimes, needsProgram } from "../_programs.ts";
import { installedProject } from "../_shared.ts";
import { redirectByQuery, startUpstream, type Upstream } from "../_upstreams.ts";
import { bundleForWorkers, type RunningWorker, startWorker } from "../_workers.ts";

const needs = { ...needsCarriedRuntimes(), ...needsProgram("npm", "https://nodejs.org/en/download") };

describe("reach bundled for Workers", needs, () => {
  let listed: Upstream;
  let other: Upstream;
  let worker: RunningWorker;

  before(async () => {
    listed = await startUpstream((request, response) =>
      request.url!.includes("?") ? redirectByQuery(request, response) : response.end("hello")
    );
    other = await startUpstream();
    const [, port] = listed.host.split(":");
    const targets = [`http://${listed.host}/`, `localhost:${port}`];
    worker = await startWorker(await bundle({ settings: { targets } }));
  });

  after(async () => {
    await worker?.stop();
    await listed?.[Symbol.asyncDispose]();
    await other?.[Symbol.asyncDispose]();
  });

  const probe = (query: Record<string, string>) => ask(`${worker.url}/probe?${new URLSearchParams(query)}`);

  it("probes the targets that its settings list, by address and by name", async () => {
    const [, port] = listed.host.split(":");
    for (const target of [`http://${listed.host}/`, `http://localhost:${port}/`]) {
      const answer = await probe({ target });
      assert.equal(answer.status, 200, answer.text);
      assert.match(answer.text, /^probe_success 1$/m);
      assert.match(answer.text, /^reach_page_body_bytes 5$/m);
    }
    assert.deepEqual(listed.asked.splice(0), ["GET /", "GET /"]);
  });

  it("sends nothing to other names, nor to closed addresses", async () => {
    const [, port] = other.host.split(":");
    const byName = await probe({ target: `localhost:${port}` });
    assert.deepEqual([byName.status, byName.text], [
      403,
      `Cannot connect to localhost:${port}: what it resolves to cannot be checked on this runtime; list it with its port among ` +
      "the targets of the settings, or open it by name\n",
    ]);
    for (const host of ["127.0.0.1", "0x7f.1", "[::ffff:127.0.0.1]", "169.254.169.254"]) {
      assert.equal((await probe({ target: `http://${host}:${port}/` })).status, 403, host);
    }
    assert.equal(other.connections(), 0);
  });

  it("follows no redirect to where it would not go by itself", async () => {
    for (const host of [other.host, other.host.replace("127.0.0.1", "localhost")]) {
      const target = `http://${listed.host}/?to=${encodeURIComponent(`http://${host}/`)}`;
      const answer = await probe({ target });
      assert.equal(answer.status, 200, answer.text);
      assert.match(answer.text, /^probe_success 0$/m);
    }
    assert.deepEqual([listed.asked.splice(0).length, other.connections()], [2, 0]);
  });

  it("answers several probes of one target at the same time", async () => {
    const target = `http://${listed.host}/`;
    const answers = await Promise.all(Array.from({ length: 20 }, () => probe({ target })));
    assert.ok(answers.every(({ text }) => /^probe_success 1$/m.test(text)));
    assert.equal(listed.asked.splice(0).length, 20);
  });

  it("lists its targets", async () => {
    const { text } = await ask(`${worker.url}/sd`);
    const [, first] = JSON.parse(text);
    assert.deepEqual(first, {
      targets: [new URL(worker.url).host],
      labels: {
        __meta_exporterkit_exporter: "reach",
        instance: `http://${listed.host}/`,
        job: "reach",
        __metrics_path__: "/probe",
        __param_target: `http://${listed.host}/`,
      },
    });
  });

  it("says nothing that would go up in one isolate only", async () => {
    const { text } = await ask(`${worker.url}/metrics`);
    assert.doesNotMatch(text, /_total/);
  });
});

describe("reach bundled for Workers, told by bindings", needs, () => {
  it("probes names that a rule opens, with the secret of an auth module", async () => {
    await using upstream = await startUpstream();
    const [, port] = upstream.host.split(":");
    const target = `localhost:${port}`;
    const bindings = {
      REACH_EXPORTER_SETTINGS: {
        probe: { allow: [target] },
        auth_modules: { main: { hosts: ["localhost"], token: "s3cr3t-t0ken" } },
      },
    };
    const { folder } = await installedProject();
    const code = await bundleForWorkers(folder, { entryPoints: ["reach.ts"] });
    await using worker = await startWorker(code, { bindings });
    const probe = (query: string) => ask(`${worker.url}/probe?${query}`);
    assert.match((await probe(`target=${target}&auth_module=main`)).text, /^probe_success 1$/m);
    assert.equal((await probe(`target=${upstream.host}`)).status, 403);
    assert.deepEqual(upstream.asked, ["GET / Bearer s3cr3t-t0ken"]);
  });

  it("serves nothing when it could not probe with them", async () => {
    const { folder } = await installedProject();
    const code = await bundleForWorkers(folder, { entryPoints: ["reach.ts"] });
    await using worker = await startWorker(code, {
      bindings: { REACH_EXPORTER_SETTINGS: { probe: { allow: ["*"] } } },
    });
    assert.equal((await ask(`${worker.url}/metrics`)).status, 500);
    assert.match(worker.log(), /Setting probe\.allow: Cannot read "\*"/);
  });
});

async function bundle(options: object): Promise<string> {
  const { folder } = await installedProject();
  const contents = `import { handler } from "@exporterkit/core";
    import served from "./reach.ts";
    export default handler(served.exporter, ${JSON.stringify(options)});`;
  return await bundleForWorkers(folder, { stdin: { contents, resolveDir: folder, loader: "ts" } });
}
