import { afterEach, beforeEach, describe, it, mock } from "node:test";
import assert from "node:assert/strict";
import cluster from "node:cluster";
import process from "node:process";
import { AggregatorRegistry, ClusterRegistry } from "./cluster_registry.ts";
import { openMetricsContentType, type RegistryContentType } from "./content_types.ts";
import { Gauge } from "./gauge.ts";
import { globalRegistry, Registry } from "./registry.ts";

interface Sent {
  readonly type: string;
  readonly requestId: string;
}

const workers = cluster.workers as Record<string, unknown>;

describe("AggregatorRegistry", () => {
  beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
  afterEach(() => {
    mock.timers.reset();
    for (const id of Object.keys(workers)) {
      cluster.emit("disconnect", workers[id] as never);
      delete workers[id];
    }
  });

  it("listens when the first one is created, and once only", () => {
    assert.deepEqual(listeners(), { message: 0, disconnect: 0, process: 0 });
    new AggregatorRegistry();
    assert.deepEqual(listeners(), { message: 1, disconnect: 1, process: 0 });
    new AggregatorRegistry();
    new ClusterRegistry();
    assert.deepEqual(listeners(), { message: 1, disconnect: 1, process: 0 });
  });

  it("is a registry with the content type that is given", () => {
    const registry = new AggregatorRegistry(openMetricsContentType);
    assert.ok(registry instanceof Registry);
    assert.equal(registry.contentType, openMetricsContentType);
    const wrong = "text/html" as typeof openMetricsContentType;
    assert.throws(() => new AggregatorRegistry(wrong), new TypeError("Content type text/html is unsupported"));
    assert.equal(AggregatorRegistry.globalRegistry, globalRegistry());
  });

  it("clusterMetrics() gives an empty text without workers", async () => {
    assert.equal(await new AggregatorRegistry().clusterMetrics(), "");
  });

  it("clusterMetrics() asks the connected workers that are there when it is called", async () => {
    const registry = new AggregatorRegistry();
    const here = addWorker(1);
    const gone = addWorker(2, { isConnected: false });
    const text = registry.clusterMetrics();
    assert.deepEqual(gone.sent, []);
    assert.deepEqual(here.sent, [{ type: "prom-client:getMetricsReq", requestId: here.sent[0]?.requestId }]);
    here.answer([[gauge(1)], [gauge(2)]]);
    assert.equal(await text, "# HELP g h\n# TYPE g gauge\ng 3\n");
    addWorker(3).answers([[gauge(5)]]);
    here.answers([[gauge(1)]]);
    assert.equal(await registry.clusterMetrics(), "# HELP g h\n# TYPE g gauge\ng 6\n");
  });

  it("clusterMetrics() writes the content type of the registry", async () => {
    addWorker(1).answers([[{ ...gauge(1), name: "c_total", type: "counter" }]]);
    const registry = new AggregatorRegistry<RegistryContentType>(openMetricsContentType);
    assert.equal(await registry.clusterMetrics(), "# HELP c h\n# TYPE c counter\nc_total 1\n# EOF\n");
  });

  it("clusterMetrics() does without a worker that is silent for five seconds, and ignores its late answer", async () => {
    const registry = new AggregatorRegistry();
    addWorker(1).answers([[gauge(1)]]);
    const silent = addWorker(2);
    const text = registry.clusterMetrics();
    mock.timers.tick(5000);
    assert.equal(await text, "# HELP g h\n# TYPE g gauge\ng 1\n");
    silent.answer([[gauge(2)]]);
    silent.fail("too late");
  });

  it("clusterMetrics() waits as long as it is told", async () => {
    addWorker(1);
    const text = new AggregatorRegistry(undefined, { timeoutMs: 100 }).clusterMetrics();
    mock.timers.tick(100);
    await assert.rejects(text, new Error("Operation timed out."));
  });

  it("clusterMetrics() rejects with the error of the only worker", async () => {
    const worker = addWorker(1);
    const text = new AggregatorRegistry().clusterMetrics();
    worker.fail("Cannot read");
    await assert.rejects(text, new Error("Cannot read"));
  });

  it("clusterMetrics() does not wait for a worker that cannot be reached", async () => {
    addWorker(1, { sendError: new Error("Channel closed") });
    await assert.rejects(new AggregatorRegistry().clusterMetrics(), new Error("Channel closed"));
  });

  it("clusterMetrics() does not wait for a worker that dies", async () => {
    addWorker(1).answers([[gauge(1)]]);
    const dying = addWorker(2);
    const text = new AggregatorRegistry().clusterMetrics();
    cluster.emit("disconnect", dying.worker as never);
    assert.equal(await text, "# HELP g h\n# TYPE g gauge\ng 1\n");
  });

  it("takes no other message for an answer", async () => {
    const worker = addWorker(1);
    const text = new AggregatorRegistry().clusterMetrics();
    const { requestId } = worker.sent[0]!;
    for (const message of [null, "text", 1, {}, { type: "other", requestId, metrics: [] }]) worker.say(message);
    worker.say({ type: "prom-client:getMetricsRes", requestId: "0", metrics: [[gauge(7)]] });
    worker.answer([[gauge(1)]]);
    assert.equal(await text, "# HELP g h\n# TYPE g gauge\ng 1\n");
  });

  it("takes an answer that is no list of lists for a failure", async () => {
    const worker = addWorker(1);
    const text = new AggregatorRegistry().clusterMetrics();
    worker.answer([gauge(1)]);
    await assert.rejects(text, new Error("Cannot read the answer: it has no metrics"));
  });

  it("does without a worker whose metrics cannot be read, and survives its end", async () => {
    const registry = new AggregatorRegistry();
    for (const [index, metric] of [null, { ...gauge(2), type: "summary", values: [null] }].entries()) {
      addWorker(1).answers([[gauge(1)]]);
      const broken = addWorker(index + 2);
      broken.answers([[metric]]);
      assert.equal(await registry.clusterMetrics(), "# HELP g h\n# TYPE g gauge\ng 1\n");
      broken.say({ type: "@prometheus-io/client:goodbye", requestId: 0, metrics: [[metric]] });
      cluster.emit("disconnect", broken.worker as never);
      delete workers[index + 2];
    }
  });

  it("keeps what a worker counted that takes leave, tells it so, and asks it no more", async () => {
    const registry = new AggregatorRegistry();
    const worker = addWorker(1);
    const goodbye = {
      type: "@prometheus-io/client:goodbye",
      requestId: 4,
      metrics: [[{ ...gauge(3), type: "counter" }]],
    };
    worker.say(goodbye);
    worker.say(goodbye);
    assert.deepEqual(worker.sent, Array(2).fill({ type: "@prometheus-io/client:ack", requestId: 4 }));
    assert.equal(await registry.clusterMetrics(), "# HELP g h\n# TYPE g counter\ng 3\n");
    assert.equal(worker.sent.length, 2);
  });

  it("shutdown() waits in the primary for the texts that are being made", async () => {
    const registry = new AggregatorRegistry();
    const events: string[] = [];
    const worker = addWorker(1);
    const text = registry.clusterMetrics().then(() => events.push("text"));
    const down = registry.shutdown().then(() => events.push("down"));
    worker.answer([[gauge(1)]]);
    await Promise.all([text, down]);
    assert.deepEqual(events, ["text", "down"]);
  });
});

describe("AggregatorRegistry.setRegistries()", () => {
  it("refuses what is not a registry", () => {
    const wrong = (value: unknown) => () => AggregatorRegistry.setRegistries(value as Registry);
    assert.throws(wrong({}), new TypeError("Expected Registry, got object"));
    assert.throws(wrong([new Registry(), "x"]), new TypeError("Expected Registry, got string"));
    assert.throws(wrong(undefined), new TypeError("Expected Registry, got undefined"));
  });

  it("takes a registry of another copy of this package", async () => {
    const copy: typeof import("./registry.ts") = await import("./registry.ts?copy" as string);
    assert.notEqual(copy.Registry, Registry);
    AggregatorRegistry.setRegistries([new copy.Registry(), new Registry()]);
  });
});

describe("ClusterRegistry", () => {
  it("clusterMetrics() has the metrics of the primary too", async () => {
    const own = new Registry();
    new Gauge({ name: "both", help: "h", registers: [own] }).set(10);
    ClusterRegistry.setRegistries(own);
    const registry = new ClusterRegistry();
    assert.ok(registry instanceof AggregatorRegistry);
    assert.match(await registry.clusterMetrics(), /^both 10$/m);
    addWorker(1).answers([[{ ...gauge(1), name: "both" }]]);
    try {
      assert.match(await registry.clusterMetrics(), /^both 11$/m);
    } finally {
      delete workers[1];
    }
  });
});

/** Puts a worker into `cluster.workers`, and lets the test speak for it. */
function addWorker(id: number, { isConnected = true, sendError }: { isConnected?: boolean; sendError?: Error } = {}) {
  const sent: Sent[] = [];
  let answering: unknown;
  const worker = {
    id,
    isConnected: () => isConnected,
    send(message: Sent, callback: (error: Error | null) => void) {
      sent.push(message);
      callback(sendError ?? null);
      if (answering !== undefined) answer(answering, message);
    },
  };
  function say(message: unknown): void {
    cluster.emit("message", worker as never, message, undefined as never);
  }
  function answer(metrics: unknown, { requestId }: Sent = sent.at(-1)!): void {
    say({ type: "prom-client:getMetricsRes", requestId, metrics });
  }
  workers[id] = worker;
  return {
    worker,
    sent,
    say,
    answer: (metrics: unknown) => answer(metrics),
    answers: (metrics: unknown) => void (answering = metrics),
    fail: (error: string) => say({ type: "prom-client:getMetricsRes", requestId: sent.at(-1)!.requestId, error }),
  };
}

function gauge(value: number) {
  return { help: "h", name: "g", type: "gauge", values: [{ value, labels: {} }], aggregator: "sum" };
}

function listeners() {
  return {
    message: cluster.listenerCount("message"),
    disconnect: cluster.listenerCount("disconnect"),
    process: process.listenerCount("message"),
  };
}
