import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { instanceId, targetGroups } from "./instance.ts";

const QUEUE = { exporter: "queue", address: "10.0.0.5:9876" };
const META = { __meta_exporterkit_exporter: "queue" };

describe("targetGroups()", () => {
  const cases: [string, Parameters<typeof targetGroups>[0], unknown][] = [
    ["the job of the exporter's name alone", [QUEUE], [{
      targets: [QUEUE.address],
      labels: { job: "queue", ...META },
    }]],
    [
      "labels in place of it",
      [{ ...QUEUE, labels: { job: "orders", env: "prod", team: "" } }],
      [{ targets: [QUEUE.address], labels: { job: "orders", env: "prod", ...META } }],
    ],
    ["no job, where it is empty", [{ ...QUEUE, labels: { job: "" } }], [{ targets: [QUEUE.address], labels: META }]],
    [
      "no defaults",
      [{ ...QUEUE, scheme: "http", metricsPath: "/metrics", params: {} }],
      [{ targets: [QUEUE.address], labels: { job: "queue", ...META } }],
    ],
    [
      "scheme, path and parameters that are none",
      [{ ...QUEUE, scheme: "https", metricsPath: "/m", params: { module: "slow" } }],
      [{
        targets: [QUEUE.address],
        labels: { job: "queue", __scheme__: "https", __metrics_path__: "/m", __param_module: "slow", ...META },
      }],
    ],
    [
      "instances that share all labels together",
      [QUEUE, { ...QUEUE, address: "[::1]:1", labels: { a: "1", b: "2" } }, { ...QUEUE, address: "x:2" }, {
        ...QUEUE,
        address: "y:3",
        labels: { b: "2", a: "1" },
      }],
      [{ targets: [QUEUE.address, "x:2"], labels: { job: "queue", ...META } }, {
        targets: ["[::1]:1", "y:3"],
        labels: { job: "queue", a: "1", b: "2", ...META },
      }],
    ],
    ["nothing of nobody", [], []],
  ];
  for (const [what, instances, groups] of cases) {
    it(`gives ${what}`, () => assert.deepEqual(targetGroups(instances), groups));
  }

  it("refuses what would make Prometheus refuse everything", () => {
    assert.throws(() => targetGroups([{ ...QUEUE, params: { "collect[]": "cpu" } }]), /label name is "__param_collect/);
    assert.throws(() => targetGroups([{ ...QUEUE, address: "http://x" }]), /target is "http:\/\/x"/);
  });
});

describe("instanceId()", () => {
  const ids: [string, string][] = [
    ["10.0.0.5:9876", "queue-10.0.0.5_9876"],
    ["[fe80::1]:9876", "queue-_fe80__1__9876"],
    ["web-1.example.org:80", "queue-web-1.example.org_80"],
    ["../../etc:1", "queue-.._.._etc_1"],
  ];
  for (const [address, id] of ids) {
    it(`is ${id} at ${address}`, () => assert.equal(instanceId({ exporter: "queue", address }), id));
  }
});
