import { after, afterEach, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { Gauge, Pushgateway, Registry } from "@exporterkit/core/prom-client";
import { PushGroup } from "@exporterkit/core/push";
import { type GatewayGroup, needsPushgateway, type Pushgateway as Gateway, startPushgateway } from "../_pushgateway.ts";

describe("Pushgateway at a real Pushgateway", needsPushgateway(), () => {
  let gateway: Gateway;
  before(async () => {
    gateway = await startPushgateway();
  });
  after(() => gateway?.stop());
  afterEach(async () => {
    for (const { labels: { job = "", ...grouping } } of await gateway.groups()) {
      await new PushGroup(gateway.url, { job, grouping }).delete();
    }
  });

  /** The names of the families of every group, by its labels. */
  async function names(): Promise<Record<string, string[]>> {
    const groups = await gateway.groups();
    return Object.fromEntries(groups.map(({ labels, families }) => {
      return [JSON.stringify(labels, Object.keys(labels).sort()), Object.keys(families).sort()];
    }));
  }

  for (const headers of [{}, { "Content-Encoding": "gzip" }]) {
    it(`push() brings a registry there with the headers ${JSON.stringify(headers)}`, async () => {
      const registry = new Registry();
      const depth = new Gauge({ name: "depth", help: "Depth.", labelNames: ["queue"], registers: [registry] });
      depth.set({ queue: 'm"ail é' }, 1.5);
      const { resp, body } = await new Pushgateway(gateway.url, { headers }, registry).push({ jobName: "a" });
      assert.deepEqual([(resp as { statusCode: number }).statusCode, body], [200, ""]);
      const [{ labels, families }] = await gateway.groups() as [GatewayGroup];
      assert.deepEqual(labels, { job: "a" });
      const { type, help, metrics } = families.depth!;
      assert.deepEqual({ type, help, metrics }, {
        type: "GAUGE",
        help: "Depth.",
        metrics: [{ labels: { instance: "", job: "a", queue: 'm"ail é' }, value: "1.5" }],
      });
    });
  }

  it("push() replaces the group, pushAdd() adds to it, delete() takes it away", async () => {
    const pushes = (...names: string[]) => new Pushgateway(`${gateway.url}/`, {}, registryOf(names));
    await pushes("depth", "height").push({ jobName: "a" });
    await pushes("width").push({ jobName: "a" });
    assert.deepEqual(await names(), { '{"job":"a"}': ["width"] });
    await pushes("depth").pushAdd({ jobName: "a" });
    assert.deepEqual(await names(), { '{"job":"a"}': ["depth", "width"] });
    const { resp } = await pushes().delete({ jobName: "a" });
    assert.equal((resp as { statusCode: number }).statusCode, 202);
    assert.deepEqual(await names(), {});
  });

  it("push() names a group by its groupings", async () => {
    const groupings = { first: "a b", second: "Προμηθεύς", third: "100%&c+d" };
    const pushes = new Pushgateway(gateway.url, {}, registryOf(["depth"]));
    await pushes.push({ jobName: "my job", groupings });
    assert.deepEqual((await gateway.groups()).map(({ labels }) => labels), [{ job: "my job", ...groupings }]);
    await pushes.delete({ jobName: "my job", groupings });
    assert.deepEqual(await gateway.groups(), []);
  });

  it("push() passes on why metrics were refused", async () => {
    const refused = new Pushgateway(gateway.url, { metrics: () => Promise.resolve("depth 1 1700000000000\n") });
    await assert.rejects(refused.push({ jobName: "a" }), {
      message: /^push failed with status 400, pushed metrics .* must not have timestamps\n$/,
    });
  });
});

function registryOf(names: readonly string[]): Registry {
  const registry = new Registry();
  for (const name of names) new Gauge({ name, help: `The ${name}.`, registers: [registry] }).set(1);
  return registry;
}
