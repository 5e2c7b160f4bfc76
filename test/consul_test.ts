/** An exporter and a Consul agent: the fake, whose rules are those of the agent API, and the real one where it is installed. */
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { type ConsulAgent, startConsul, startFakeConsul } from "./_consul.ts";
import { type Server, startServer } from "./_process.ts";
import { findProgram, type Needs, ownRuntime, skipBecause } from "./_programs.ts";

const ROOT = new URL("../", import.meta.url);
const TOKEN = "6f0b1a3e-secret";

// Debian and Ubuntu have no such package any more.
const needsConsul = findProgram("consul") === undefined
  ? skipBecause("consul not found on the PATH, see https://developer.hashicorp.com/consul/install", { alsoInCi: true })
  : {};

describeConsul("a fake Consul agent", {}, () => Promise.resolve(startFakeConsul(TOKEN)));
describeConsul("a real Consul agent", needsConsul, startConsul);

function describeConsul(name: string, needs: Needs, start: () => Promise<ConsulAgent>): void {
  describe(name, needs, () => {
    let agent: ConsulAgent;
    let hello: Server;
    before(async () => {
      agent = await start();
      hello = await startServer({
        path: ownRuntime().path,
        args: [
          "run",
          "-A",
          new URL("examples/hello/exporter.ts", ROOT).pathname,
          "--web.listen-address=127.0.0.1:0",
          `--discovery.consul=${agent.url}`,
          "--discovery.label=team=checkout",
          "--discovery.forget-after=90m",
        ],
        env: { CONSUL_HTTP_TOKEN: TOKEN },
      });
    });
    after(async () => {
      await hello?.stop();
      await agent?.stop();
    });
    async function ask(path: string): Promise<Record<string, Record<string, unknown>>> {
      return await (await fetch(`${agent.url}/v1/agent/${path}`)).json();
    }
    async function untilRegistered(isThere: boolean): Promise<Record<string, Record<string, unknown>>> {
      for (let attempt = 0;; attempt++) {
        const services = await ask("services");
        if (Object.keys(services).length === (isThere ? 1 : 0)) return services;
        if (attempt > 300) throw new Error(`${JSON.stringify(services)}, refused: ${agent.refused.join("\n")}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }

    it("knows the exporter, and that it lives", async () => {
      const port = Number(new URL(hello.url).port);
      const id = `hello-127.0.0.1_${port}`;
      const { ID, Service, Tags, Address, Port, Meta } = (await untilRegistered(true))[id]!;
      assert.deepEqual({ ID, Service, Tags, Address, Port, Meta }, {
        ID: id,
        Service: "hello-exporter",
        Tags: ["exporterkit"],
        Address: "127.0.0.1",
        Port: port,
        Meta: { job: "hello", team: "checkout" },
      });
      const check = (await ask("checks"))[`service:${id}`]!;
      assert.deepEqual([check.Status, check.Type], ["passing", "ttl"]);
    });

    it("knows it no more when it was drained, and its log has no token", async () => {
      await untilRegistered(true);
      const { code, stderr } = await hello.stop();
      assert.equal(code, 0, stderr);
      await untilRegistered(false);
      assert.deepEqual(agent.refused, []);
      assert.match(stderr, /msg=Announced .*consul=http/);
      assert.match(stderr, /msg=Withdrawn .*consul=http/);
      assert.doesNotMatch(stderr, new RegExp(TOKEN));
    });
  });
}
