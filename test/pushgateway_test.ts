import { after, afterEach, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { counter, gauge, histogram } from "@exporterkit/core";
import { Registry } from "@exporterkit/core/metrics";
import { PushGroup, type PushGroupOptions } from "@exporterkit/core/push";
import { type GatewayGroup, needsPushgateway, type Pushgateway, startPushgateway } from "./_pushgateway.ts";

/** Texts that are written in a path in some special way, or not at all. */
const VALUES = [
  "",
  " ",
  "a b",
  "/",
  "//",
  "/var/tmp/",
  ".",
  "..",
  "../..",
  "a/../b",
  "...",
  "=",
  "+",
  "100%",
  "a%2Fb",
  "a%2520b",
  "?a=b&c#d",
  "\\",
  ";",
  "@base64",
  '"quoted"',
  "line\nfeed",
  "\u0000",
  "Προμηθεύς",
  "/ÿ?~~",
  "🔥",
];

describe("PushGroup at a real Pushgateway", needsPushgateway(), () => {
  let gateway: Pushgateway;
  before(async () => {
    gateway = await startPushgateway();
  });
  after(() => gateway?.stop());
  afterEach(async () => {
    for (const { labels: { job = "", ...grouping } } of await gateway.groups()) {
      await new PushGroup(gateway.url, { job, grouping }).delete();
    }
    assert.deepEqual(await gateway.groups(), [], "every group can be deleted by the labels that it has");
  });

  function group(options: PushGroupOptions): PushGroup {
    return new PushGroup(gateway.url, options);
  }

  /** The names of the families of every group, by its job. */
  async function names(): Promise<Record<string, string[]>> {
    const groups = await gateway.groups();
    return Object.fromEntries(groups.map(({ labels, families }) => [labels.job, Object.keys(families).sort()]));
  }

  const ways: Omit<PushGroupOptions, "job">[] = [
    { format: "text" },
    { format: "text", gzip: true },
    { format: "protobuf" },
    { format: "protobuf", gzip: true },
  ];
  for (const way of ways) {
    it(`push() brings every kind of metric there with ${JSON.stringify(way)}`, async () => {
      await group({ job: "kinds", ...way }).push(registryOfKinds());
      const [found] = await gateway.groups() as [GatewayGroup];
      assert.deepEqual(found.labels, { job: "kinds" });
      assert.deepEqual(found.families.jobs_total, {
        time_stamp: (found.families.jobs_total as unknown as { time_stamp: string }).time_stamp,
        type: "COUNTER",
        help: "Jobs done, \\ and\nmore.",
        metrics: [{ labels: { instance: "", job: "kinds", queue: 'm"a\\i\nl é' }, value: "7" }],
      });
      const text = await gateway.metrics();
      const lines = text.split("\n").filter((line) => line.includes('job="kinds"') && !/^(last_)?push_/.test(line));
      assert.deepEqual(lines, [
        'depth{instance="",job="kinds"} -0.5',
        'jobs_total{instance="",job="kinds",queue="m\\"a\\\\i\\nl é"} 7',
        'latency_seconds_bucket{instance="",job="kinds",le="0.1"} 1',
        'latency_seconds_bucket{instance="",job="kinds",le="1"} 2',
        'latency_seconds_bucket{instance="",job="kinds",le="+Inf"} 3',
        'latency_seconds_sum{instance="",job="kinds"} 10.55',
        'latency_seconds_count{instance="",job="kinds"} 3',
      ]);
    });
  }

  it("push() replaces the whole group", async () => {
    const job = group({ job: "a" });
    await job.push(registryOf("depth", "height"));
    await job.push(registryOf("width"));
    assert.deepEqual(await names(), { a: ["width"] });
  });

  it("push() with nothing empties the group", async () => {
    await group({ job: "a" }).push(registryOf("depth"));
    await group({ job: "a" }).push(new Registry());
    assert.deepEqual(await names(), { a: [] });
  });

  it("push() leaves other groups alone", async () => {
    await group({ job: "a" }).push(registryOf("depth"));
    await group({ job: "b" }).push(registryOf("height"));
    await group({ job: "a", grouping: { instance: "1" } }).push(registryOf("width"));
    await group({ job: "a" }).push(registryOf("length"));
    const groups = (await gateway.groups()).map(({ labels, families }) => [labels, Object.keys(families)]);
    assert.deepEqual(groups.sort((a, b) => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1), [
      [{ instance: "1", job: "a" }, ["width"]],
      [{ job: "a" }, ["length"]],
      [{ job: "b" }, ["height"]],
    ]);
  });

  it("add() replaces only metrics of the same name, with all their labels", async () => {
    const job = group({ job: "a" });
    await job.push({ body: 'depth{queue="x"} 1\ndepth{queue="y"} 2\nheight 3\n' });
    await job.add({ body: 'depth{queue="z"} 4\n' });
    const [{ families }] = await gateway.groups() as [GatewayGroup];
    assert.deepEqual(Object.keys(families).sort(), ["depth", "height"]);
    assert.deepEqual(families.depth!.metrics.map(({ labels, value }) => [labels.queue, value]), [["z", "4"]]);
  });

  it("delete() takes the group away, and may be called when there is none", async () => {
    await group({ job: "a" }).push(registryOf("depth"));
    await group({ job: "b" }).push(registryOf("depth"));
    await group({ job: "a" }).delete();
    await group({ job: "a" }).delete();
    assert.deepEqual(await names(), { b: ["depth"] });
  });

  for (const value of VALUES) {
    it(`reads ${JSON.stringify(value)} as it was given, as job and in the grouping`, async () => {
      const job = value === "" ? "empty" : value;
      const grouping = { first: value, second: "2", third: value };
      await group({ job, grouping }).push(registryOf("depth"));
      assert.deepEqual((await gateway.groups()).map(({ labels }) => labels), [{ job, ...grouping }]);
    });
  }

  it("push() passes on why metrics were refused", async () => {
    await group({ job: "a" }).push({ body: "# TYPE depth gauge\ndepth 1\n" });
    const refused: [body: string, reason: RegExp][] = [
      ["# TYPE depth counter\ndepth 1\n", /invalid or inconsistent .*"depth".* is not a (GAUGE|COUNTER)/],
      ['height{queue="x"} 1\nheight{queue="x"} 2\n', /invalid or inconsistent .*collected before with the same name/],
      ["depth 1 1700000000000\n", /must not have timestamps/],
      ["depth one\n", /text format parsing error in line 1: expected float as value, got "one"/],
    ];
    for (const [body, reason] of refused) {
      await assert.rejects(group({ job: "b" }).push({ body }), (error: Error & { status?: number; body?: string }) => {
        assert.equal(error.name, "PushError");
        assert.equal(error.status, 400);
        assert.match(error.message, /^Cannot push to http:\/\/127\.0\.0\.1:\d+\/metrics\/job\/b: status 400: /);
        assert.match(error.message, reason);
        assert.match(error.body ?? "", reason);
        return true;
      });
    }
    assert.deepEqual((await names()).a, ["depth"]);
  });
});

function registryOf(...names: string[]): Registry {
  const registry = new Registry();
  for (const name of names) registry.add(gauge(name, `The ${name}.`)).set(1);
  return registry;
}

function registryOfKinds(): Registry {
  const registry = new Registry();
  registry.add(counter("jobs_total", "Jobs done, \\ and\nmore.", ["queue"])).inc({ queue: 'm"a\\i\nl é' }, 7);
  registry.add(gauge("depth", "Depth."), { collect: (depth) => depth.set(-0.5) });
  const latency = registry.add(histogram("latency_seconds", "Time.", [], { buckets: [0.1, 1] }));
  for (const seconds of [0.05, 0.5, 10]) latency.observe(seconds);
  return registry;
}
