import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { BroadcastChannel } from "node:worker_threads";
import { openMetricsContentType } from "./content_types.ts";
import { Gauge } from "./gauge.ts";
import { Registry } from "./registry.ts";
import { WorkerRegistry } from "./worker_registry.ts";

// deno-lint-ignore no-explicit-any -- Whatever threads tell each other.
type Message = any;

const COMMON = "@prometheus-io/client:announce";
const PREFIX = "@prometheus-io/client:";

describe("WorkerRegistry", () => {
  it("is a registry with the content type that is given", () => {
    const registry = new WorkerRegistry(openMetricsContentType);
    assert.ok(registry instanceof Registry);
    assert.equal(registry.contentType, openMetricsContentType);
    assert.equal(registry.primary, true);
    const wrong = "text/html" as typeof openMetricsContentType;
    assert.throws(() => new WorkerRegistry(wrong), new TypeError("Content type text/html is unsupported"));
  });

  it("announces itself, and answers that it is there when another primary asks", async () => {
    const others = listen(COMMON);
    new WorkerRegistry(undefined, true);
    others.say({ type: `${PREFIX}announcement`, name: `${PREFIX}worker:9000`, threadId: 9000, primary: true });
    const { name, threadId, primary } = await others.heard(`${PREFIX}announcement`);
    assert.deepEqual({ name, primary }, { name: `${PREFIX}worker:${threadId}`, primary: false });
    others.close();
    goodbye(9000);
    await until(() => WorkerRegistry.workerCount() === 0);
  });

  it("answers with the metrics of the registries that were chosen", async () => {
    const registry = new WorkerRegistry();
    const own = new Registry();
    const gauge = new Gauge({ name: "g", help: "h", registers: [own] });
    WorkerRegistry.setRegistries([own]);
    const common = listen(COMMON);
    const channel = listen(`${PREFIX}worker:0`);
    common.say({ type: `${PREFIX}getMetricsReq`, threadId: 9001, requestId: 3 });
    assert.deepEqual(await channel.heard(`${PREFIX}getMetricsRes`), {
      type: `${PREFIX}getMetricsRes`,
      requestId: 3,
      threadId: 0,
      metrics: [[await gauge.get()]],
    });
    own.getMetricsAsJSON = () => Promise.reject(new Error("Cannot read"));
    common.say({ type: `${PREFIX}getMetricsReq`, threadId: 9001, requestId: 4 });
    const { requestId, error } = await channel.heard(`${PREFIX}getMetricsRes`);
    assert.deepEqual({ requestId, error }, { requestId: 4, error: "Cannot read" });
    [common, channel].forEach((open) => open.close());
    assert.equal(await registry.workerMetrics(), "");
  });

  it("workerMetrics() writes the content type of the registry", async () => {
    const registry = new WorkerRegistry(openMetricsContentType);
    const common = listen(COMMON);
    const channel = listen(`${PREFIX}worker:9002`);
    common.say({ type: `${PREFIX}announcement`, name: `${PREFIX}worker:9002`, threadId: 9002, primary: false });
    await until(() => WorkerRegistry.workerCount() === 1);
    const text = registry.workerMetrics();
    const { requestId } = await common.heard(`${PREFIX}getMetricsReq`);
    const metric = {
      name: "c_total",
      help: "h",
      type: "counter",
      aggregator: "sum",
      values: [{ value: 1, labels: {} }],
    };
    channel.say({ type: `${PREFIX}getMetricsRes`, requestId, threadId: 9002, metrics: [[metric]] });
    assert.equal(await text, "# HELP c h\n# TYPE c counter\nc_total 1\n# EOF\n");
    [common, channel].forEach((open) => open.close());
    goodbye(9002);
    await until(() => WorkerRegistry.workerCount() === 0);
  });
});

describe("WorkerRegistry.shutdown()", () => {
  it("rejects if there is no primary to hear it", async () => {
    WorkerRegistry.setRegistries(new Registry());
    const registry = new WorkerRegistry(undefined, false);
    assert.equal(registry.primary, false);
    await assert.rejects(registry.shutdown(1), new Error("Timeout"));
  });
});

describe("WorkerRegistry.setRegistries()", () => {
  it("refuses what is not a registry", () => {
    assert.throws(
      () => WorkerRegistry.setRegistries({} as Registry),
      new TypeError("Expected Registry, got object"),
    );
  });
});

/** Speaks for other threads on a channel. */
function listen(name: string) {
  const channel = new BroadcastChannel(name);
  const messages: Message[] = [];
  channel.onmessage = (event) => messages.push((event as { data: Message }).data);
  return {
    say: (message: Message) => channel.postMessage(message),
    close: () => channel.close(),
    async heard(type: string): Promise<Message> {
      await until(() => messages.some((message) => message.type === type));
      const found = messages.findIndex((message) => message.type === type);
      return messages.splice(found, 1)[0];
    },
  };
}

function goodbye(threadId: number): void {
  const channel = listen(`${PREFIX}worker:${threadId}`);
  channel.say({ type: `${PREFIX}goodbye`, threadId, requestId: 1, metrics: [] });
  channel.close();
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 1));
}
