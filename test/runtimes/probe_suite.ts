/** What the example that probes promises where it is a program, asked over HTTP. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Answer, ask } from "../_http.ts";
import { startServer } from "../_process.ts";
import { redirectByQuery, startUpstream } from "../_upstreams.ts";
import type { RuntimeUnderTest } from "./suite.ts";

const ANY_PORT = "--web.listen-address=127.0.0.1:0";

/** Registers the tests for one runtime. */
export function describeProbes({ name, needs, command }: RuntimeUnderTest): void {
  if (command === undefined) return;

  async function startReach(args: readonly string[]) {
    const server = await startServer(await command!("reach", [ANY_PORT, ...args]));
    return {
      probe: (query: Record<string, string>): Promise<Answer> =>
        ask(`${server.url}/probe?${new URLSearchParams(query)}`),
      get: (path: string) => ask(`${server.url}${path}`),
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  }

  describe(`reach on ${name}`, needs, () => {
    it("probes what a flag opens, and each time anew", async () => {
      let status = 200;
      await using upstream = await startUpstream((_, response) => response.writeHead(status).end("hello"));
      await using reach = await startReach([`--probe.allow=${upstream.host}`]);
      const first = await reach.probe({ target: upstream.host });
      assert.equal(first.status, 200, first.text);
      assert.match(first.text, /^probe_success 1$/m);
      assert.match(first.text, /^reach_page_status_code 200$/m);
      assert.match(first.text, /^reach_page_body_bytes 5$/m);
      status = 503;
      const second = await reach.probe({ target: upstream.host });
      assert.match(second.text, /^probe_success 0$/m);
      assert.match(second.text, /^reach_page_status_code 503$/m);
      assert.deepEqual([upstream.asked, upstream.connections()], [["GET /", "GET /"], 2]);
      const { text } = await reach.get("/metrics");
      assert.match(text, /^reach_exporter_probe_targets 1$/m);
      assert.match(text, /^reach_exporter_probes_total\{result="failure"\} 1$/m);
      assert.doesNotMatch(text, /probe_success|reach_page/);
    });

    it("opens no connection to a closed target, however it is spelled", async () => {
      await using upstream = await startUpstream();
      await using reach = await startReach([]);
      const [, port] = upstream.host.split(":");
      const hosts = ["127.0.0.1", "127.1", "0x7f.1", "017700000001", "2130706433", "localhost", "[::ffff:127.0.0.1]"];
      for (const host of [...hosts, "0.0.0.0", "127.0.0.1."]) {
        for (const target of [`${host}:${port}`, `http://${host}:${port}/`]) {
          const { status, text } = await reach.probe({ target });
          assert.equal(status, 403, `${target}: ${text}`);
          assert.match(text, /is closed \((loopback|unspecified)\); --probe\.allow opens it\n$/);
        }
      }
      assert.equal((await reach.probe({ target: `http://me:pw@${upstream.host}/` })).status, 400);
      assert.equal((await reach.probe({ target: `http://example.com\\@${upstream.host}/` })).status, 400);
      assert.equal(upstream.connections(), 0);
    });

    it("opens no connection to where a target redirects", async () => {
      await using victim = await startUpstream();
      await using upstream = await startUpstream(redirectByQuery);
      await using reach = await startReach([`--probe.allow=${upstream.host}`]);
      const to = `http://${victim.host}/secret`;
      const answer = await reach.probe({ target: `http://${upstream.host}/?to=${encodeURIComponent(to)}` });
      assert.equal(answer.status, 200);
      assert.match(answer.text, /^probe_success 0$/m);
      assert.doesNotMatch(answer.text, /^reach_page/m);
      const seen = await reach.probe({
        target: `http://${upstream.host}/?to=${encodeURIComponent(to)}`,
        module: "redirect",
      });
      assert.match(seen.text, /^reach_page_status_code 302$/m);
      assert.deepEqual([upstream.connections(), victim.connections()], [2, 0]);
    });

    it("asks no proxy of the environment", async () => {
      await using proxy = await startUpstream();
      await using upstream = await startUpstream();
      const started = await command("reach", [ANY_PORT, `--probe.allow=${upstream.host}`]);
      const address = `http://${proxy.host}`;
      const env = {
        ...started.env,
        NODE_USE_ENV_PROXY: "1",
        HTTP_PROXY: address,
        http_proxy: address,
        ALL_PROXY: address,
      };
      await using server = await startServer({ ...started, env });
      const { text } = await ask(`${server.url}/probe?target=${upstream.host}`);
      assert.match(text, /^probe_success 1$/m);
      assert.deepEqual([proxy.connections(), upstream.connections()], [0, 1]);
    });

    it("lists the targets of its settings, and may probe them", async () => {
      await using upstream = await startUpstream();
      await using reach = await startReach([`--targets=http://${upstream.host}/page`]);
      const [own, group] = JSON.parse((await reach.get("/sd")).text);
      assert.deepEqual(group.targets, own.targets);
      assert.equal(group.labels.__param_target, `http://${upstream.host}/page`);
      assert.equal(group.labels.__metrics_path__, "/probe");
      assert.match((await reach.probe({ target: group.labels.__param_target })).text, /^probe_success 1$/m);
      assert.deepEqual(upstream.asked, ["GET /page"]);
    });

    it("sends a secret to the hosts that its auth module lists only", async () => {
      await using upstream = await startUpstream();
      await using other = await startUpstream();
      const file = await Deno.makeTempFile({ suffix: ".yml" });
      const authModules = { main: { hosts: [upstream.host], token: "s3cr3t-t0ken" } };
      await Deno.writeTextFile(file, JSON.stringify({ auth_modules: authModules, probe: { allow: ["127.0.0.0/8"] } }));
      try {
        await using reach = await startReach([`--config.file=${file}`]);
        const probe = (target: string) => reach.probe({ target, auth_module: "main" });
        assert.match((await probe(upstream.host)).text, /^probe_success 1$/m);
        const refused = await probe(other.host);
        assert.deepEqual([refused.status, refused.text], [
          403,
          `Cannot probe "${other.host}": auth module "main" does not list it among its hosts\n`,
        ]);
        assert.deepEqual([upstream.asked, other.connections()], [["GET / Bearer s3cr3t-t0ken"], 0]);
      } finally {
        await Deno.remove(file);
      }
    });
  });
}
