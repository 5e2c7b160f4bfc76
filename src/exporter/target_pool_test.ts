import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Clock } from "../metrics/clock.ts";
import { TargetPool } from "./target_pool.ts";

/** A clock that stands still until it is told. */
function fakeClock() {
  let time = 0;
  const timers = new Set<{ at: number; callback: () => void }>();
  const clock: Clock = {
    now: () => time,
    elapsedMs: () => time,
    after(delayMs, callback) {
      const timer = { at: time + delayMs, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
  };
  function advance(ms: number): void {
    time += ms;
    for (const timer of [...timers].filter(({ at }) => at <= time)) {
      timers.delete(timer);
      timer.callback();
    }
  }
  return { clock, advance, timers };
}

function poolOf(options: { most?: number; idleMs?: number; close?: (target: string) => Promise<void> } = {}) {
  const time = fakeClock();
  const made: string[] = [];
  const closed: string[] = [];
  const failures: unknown[] = [];
  const pool = new TargetPool<string>({
    most: options.most ?? 2,
    idleMs: options.idleMs ?? 100,
    clock: time.clock,
    close: options.close ?? ((target) => Promise.resolve(void closed.push(target))),
    failed: (error) => failures.push(error),
  });
  async function use(name: string, during: Promise<unknown> = Promise.resolve()): Promise<string> {
    const create = () => `${name}${made.push(name)}`;
    return await pool.use(name, create, async (target) => (await during, target));
  }
  return { pool, use, made, closed, failures, ...time };
}

describe("TargetPool", () => {
  it("makes a target once while it is kept", async () => {
    const { pool, use, made, closed } = poolOf();
    assert.deepEqual([await use("a"), await use("a"), await use("b")], ["a1", "a1", "b2"]);
    assert.deepEqual([made, closed, pool.size], [["a", "b"], [], 2]);
  });

  it("lets go of the one that was not used for longest", async () => {
    const { pool, use, closed } = poolOf({ most: 2 });
    for (const name of ["a", "b", "a", "c", "d"]) await use(name);
    assert.deepEqual([closed, pool.size], [["b2", "a1"], 2]);
    assert.equal(await use("c"), "c3");
  });

  it("lets go of those that nobody uses for a while", async () => {
    const { pool, use, closed, advance, timers } = poolOf({ idleMs: 100 });
    await use("a");
    advance(60);
    await use("b");
    advance(39);
    await use("a");
    advance(61);
    assert.deepEqual([closed, pool.size], [["b2"], 1]);
    advance(39);
    assert.deepEqual([closed, pool.size, timers.size], [["b2", "a1"], 0, 0]);
    assert.equal(await use("a"), "a3");
  });

  it("keeps those that are in use, however many and however long", async () => {
    const { pool, use, closed, advance } = poolOf({ most: 1, idleMs: 100 });
    const { promise: long, resolve: end } = Promise.withResolvers<void>();
    const using = [use("a", long), use("b", long), use("a", long)];
    await use("c");
    advance(1000);
    assert.deepEqual([closed, pool.size], [["c3"], 2]);
    end();
    assert.deepEqual(await Promise.all(using), ["a1", "b2", "a1"]);
    assert.deepEqual([closed, pool.size], [["c3", "b2"], 1]);
  });

  it("lets go of a target whose use failed like of any other", async () => {
    const { pool, use, closed, advance } = poolOf();
    await assert.rejects(use("a", Promise.reject(new Error("no"))), { message: "no" });
    assert.equal(pool.size, 1);
    advance(100);
    assert.deepEqual([closed, pool.size], [["a1"], 0]);
  });

  it("lets go of all when it is cleared, of those in use when their use has ended", async () => {
    const { pool, use, closed } = poolOf();
    const { promise: long, resolve: end } = Promise.withResolvers<void>();
    await use("idle");
    const using = [use("busy", long), use("busy", long)];
    pool.clear();
    assert.deepEqual([closed, pool.size], [["idle1"], 0]);
    assert.equal(await use("busy"), "busy3");
    end();
    assert.deepEqual(await Promise.all(using), ["busy2", "busy2"]);
    assert.deepEqual([closed, pool.size], [["idle1", "busy2"], 1]);
    await pool.close();
    assert.deepEqual(closed, ["idle1", "busy2", "busy3"]);
  });

  it("waits for what is being given back already", async () => {
    const { promise: slow, resolve: end } = Promise.withResolvers<void>();
    const { pool, use, advance } = poolOf({ close: () => slow });
    await use("a");
    advance(100);
    let isClosed = false;
    const closing = pool.close().then(() => isClosed = true);
    await new Promise((resolve) => setTimeout(resolve));
    assert.equal(isClosed, false);
    end();
    await closing;
  });

  it("keeps nothing that cannot be made", async () => {
    const { pool } = poolOf();
    const fail = () => {
      throw new Error("cannot");
    };
    await assert.rejects(pool.use("a", fail, () => Promise.resolve()), { message: "cannot" });
    assert.equal(pool.size, 0);
  });

  it("gives everything back when it is closed, and leaves no timers", async () => {
    const { pool, use, closed, timers } = poolOf();
    await use("a");
    await use("b");
    await pool.close();
    assert.deepEqual([closed, pool.size, timers.size], [["a1", "b2"], 0, 0]);
  });

  it("says what could not be given back", async () => {
    const close = (target: string) => target === "a1" ? Promise.reject(new Error(`no ${target}`)) : Promise.resolve();
    const { use, failures, advance } = poolOf({ close });
    await use("a");
    advance(100);
    await new Promise((resolve) => setTimeout(resolve));
    assert.deepEqual(failures.map(String), ["Error: no a1"]);
    const closing = poolOf({ close });
    await closing.use("a");
    await closing.use("b");
    await assert.rejects(closing.pool.close(), (error: AggregateError) => {
      return error.errors.length === 1 && error.message === "Cannot let go of all targets";
    });
  });
});
