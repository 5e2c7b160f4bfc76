import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { deferred, FakeClock, settle } from "../metrics/_testing.ts";
import { recordingLog } from "./_testing.ts";
import { defineExporter, type Exporter, type ResourceContext } from "./definition.ts";
import { SharedResource } from "./resource.ts";

type Upstream = Partial<Pick<Exporter, "open" | "check" | "close">>;

function resourceOf(upstream: Upstream) {
  const clock = new FakeClock();
  const log = recordingLog();
  const exporter = defineExporter({ name: "t", version: "1.0.0", port: 1, collectors: {}, ...upstream });
  return { clock, log, resource: new SharedResource(exporter, { settings: {}, fetch, log }, clock) };
}

describe("SharedResource.openInBackground()", () => {
  it("tries again after pauses that grow to half a minute, until it is open", async () => {
    const times: number[] = [];
    const { clock, resource } = resourceOf({
      open() {
        times.push(clock.elapsedMs() / 1000);
        if (times.length < 9) throw new Error("connection refused");
        return { id: 7 };
      },
    });
    void resource.openInBackground(() => {});
    await clock.advance(600_000);
    assert.deepEqual(times, [0, 1, 3, 7, 15, 31, 61, 91, 121]);
    assert.deepEqual(resource.use(await resource.reach(1000)), { id: 7 });
    assert.equal(clock.pending, 0);
  });

  it("says when the first attempt has ended, also one that hangs", async () => {
    let tried = 0;
    const { clock, resource } = resourceOf({ open: () => new Promise(() => {}) });
    void resource.openInBackground(() => tried++);
    await clock.advance(9999);
    assert.equal(tried, 0);
    await clock.advance(1);
    assert.equal(tried, 1);
    await clock.advance(60_000);
    assert.equal(tried, 1);
  });

  it("does not keep the process alive between attempts", async () => {
    const { clock, resource } = resourceOf({
      open() {
        throw new Error("connection refused");
      },
    });
    void resource.openInBackground(() => {});
    await settle();
    assert.deepEqual([clock.pending, clock.keepsAlive], [1, false]);
  });

  it("stops when the resource is closed or a scrape has opened it", async () => {
    for (const end of ["close", "reach"] as const) {
      let attempts = 0;
      const { clock, resource } = resourceOf({
        open() {
          if (++attempts === 1) throw new Error("connection refused");
          return {};
        },
      });
      void resource.openInBackground(() => {});
      await settle();
      await (end === "close" ? resource.close() : resource.reach(1000));
      await clock.advance(60_000);
      assert.equal(attempts, end === "close" ? 1 : 2);
    }
  });
});

describe("SharedResource.reach()", () => {
  it("logs once that an upstream that hangs was not reached, and once that it is again", async () => {
    let hangs = true;
    const { clock, log, resource } = resourceOf({
      check: ({ signal }: ResourceContext<unknown>) => {
        if (!hangs) return;
        return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      },
    });
    for (let i = 0; i < 2; i++) {
      const reaching = resource.reach(1000);
      await clock.advance(1000);
      assert.equal((await reaching).outcome, "timeout");
    }
    hangs = false;
    assert.equal((await resource.reach(1000)).outcome, "ok");
    assert.equal((await resource.reach(1000)).outcome, "ok");
    assert.deepEqual(log.lines.map((line) => line.split(" {")[0]), [
      "error: Upstream not reached",
      "info: Upstream reached again",
    ]);
  });

  it("logs each cause of an outage once", async () => {
    const causes = ["refused", "refused", "wrong password", "refused", "", "refused"];
    const { log, resource } = resourceOf({
      check() {
        const cause = causes.shift();
        if (cause !== "") throw new Error(cause);
      },
    });
    while (causes.length > 0) await resource.reach(1000);
    assert.deepEqual(log.lines.map((line) => /refused|wrong password|again/.exec(line)?.[0]), [
      "refused",
      "wrong password",
      "again",
      "refused",
    ]);
  });

  it("keeps what an attempt opened after its time", async () => {
    const opened = deferred<{ id: number }>();
    const { clock, resource } = resourceOf({ open: () => opened.promise });
    const reaching = resource.reach(1000);
    await clock.advance(1000);
    const reached = await reaching;
    assert.throws(() => resource.use(reached), { outcome: "down", message: "the upstream was not reached" });
    opened.resolve({ id: 7 });
    await settle();
    assert.deepEqual(resource.use(await resource.reach(1000)), { id: 7 });
  });
});

describe("SharedResource.close()", () => {
  it("gives back what is opened only after it", async () => {
    const opened = deferred<{ id: number }>();
    const closed: unknown[] = [];
    const { resource } = resourceOf({ open: () => opened.promise, close: (value: unknown) => void closed.push(value) });
    void resource.reach(1000);
    await settle();
    await resource.close();
    opened.resolve({ id: 7 });
    await settle();
    assert.deepEqual(closed, [{ id: 7 }]);
  });

  it("gives close ten seconds, then aborts its signal and says so", async () => {
    const aborted: Error[] = [];
    const { clock, resource } = resourceOf({
      open: () => ({}),
      close: (_: unknown, { signal }: ResourceContext<unknown>) =>
        new Promise(() => signal.addEventListener("abort", () => aborted.push(signal.reason))),
    });
    await resource.reach(1000);
    const closing = assert.rejects(resource.close(), {
      message: 'Cannot close exporter "t": its close had not ended after 10 s',
    });
    await clock.advance(9999);
    assert.deepEqual(aborted, []);
    await clock.advance(1);
    await closing;
    assert.deepEqual(aborted.map(({ name }) => name), ["TimeoutError"]);
  });

  it("says what close threw", async () => {
    const cause = new Error("no luck");
    const { resource } = resourceOf({
      open: () => ({}),
      close() {
        throw cause;
      },
    });
    await resource.reach(1000);
    await assert.rejects(resource.close(), { message: 'Cannot close exporter "t": its close failed', cause });
  });
});
