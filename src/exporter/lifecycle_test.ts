import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { deferred, FakeClock, settle } from "../metrics/_testing.ts";
import { defineExporter, type Exporter } from "./definition.ts";
import { RunningExporter } from "./running_exporter.ts";

function living(parts: Partial<Pick<Exporter, "open" | "close">> & { collect?: () => void | Promise<void> } = {}) {
  const { collect = () => {}, ...upstream } = parts;
  const clock = new FakeClock();
  const collectors = { subject: { help: "What is tested.", collect } };
  const exporter = defineExporter({ name: "t", version: "1.0.0", port: 1, collectors, ...upstream });
  return { clock, exporter: new RunningExporter(exporter, { clock }) };
}

describe("RunningExporter.state", () => {
  it("is starting until it is started, and ready at once without an upstream to open", () => {
    const { exporter } = living();
    assert.equal(exporter.state, "starting");
    exporter.start();
    assert.equal(exporter.state, "ready");
  });

  it("is starting while the first attempt to open goes on, and ready however it ends", async () => {
    for (const end of ["resolve", "reject"] as const) {
      const opened = deferred<object>();
      const { exporter } = living({ open: () => opened.promise });
      exporter.start();
      await settle();
      assert.equal(exporter.state, "starting");
      opened[end](new Error("connection refused"));
      await settle();
      assert.equal(exporter.state, "ready");
    }
  });

  it("answers scrapes while it is starting, and is started by the first", async () => {
    const { clock, exporter } = living({ open: () => new Promise(() => {}) });
    const scrape = exporter.gather({ timeoutMs: 1000 });
    await clock.advance(500);
    assert.equal((await scrape).reports.get("subject")!.outcome, "ok");
    assert.equal(exporter.state, "starting");
    await clock.advance(9500);
    assert.equal(exporter.state, "ready");
  });

  it("is draining, then closed, and stays so", async () => {
    const { exporter } = living({ open: () => ({}) });
    exporter.start();
    await settle();
    await exporter.drain();
    assert.equal(exporter.state, "draining");
    await exporter.close();
    assert.equal(exporter.state, "closed");
    exporter.start();
    await exporter.drain();
    assert.equal(exporter.state, "closed");
  });

  it("is failed when not everything could be given back", async () => {
    const { exporter } = living({
      open: () => ({}),
      close() {
        throw new Error("no luck");
      },
    });
    await exporter.gather();
    await assert.rejects(exporter.close(), { message: 'Cannot close exporter "t": its close failed' });
    assert.equal(exporter.state, "failed");
  });
});

describe("RunningExporter.drain()", () => {
  it("lets scrapes under way finish, and refuses others", async () => {
    const gate = deferred();
    const { exporter } = living({ collect: () => gate.promise });
    const scrape = exporter.gather();
    let drained = false;
    const draining = exporter.drain().then(() => drained = true);
    await assert.rejects(exporter.gather(), { message: 'Cannot gather metrics of exporter "t": it is draining' });
    await settle();
    assert.equal(drained, false);
    gate.resolve();
    assert.equal((await scrape).reports.get("subject")!.outcome, "ok");
    await draining;
  });
});

describe("RunningExporter in await using", () => {
  it("is closed at the end of the scope", async () => {
    let closed = 0;
    const { exporter } = living({ open: () => ({}), close: () => void closed++ });
    {
      await using scoped = exporter;
      await scoped.gather();
    }
    assert.deepEqual([closed, exporter.state], [1, "closed"]);
    await assert.rejects(exporter.gather(), { message: 'Cannot gather metrics of exporter "t": it was closed' });
  });
});
