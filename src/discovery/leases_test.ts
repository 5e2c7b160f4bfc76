import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type LeaseClock, Leases } from "./leases.ts";

const TTL_MS = 60_000;
const DAY_MS = 86_400_000;

/** Leases, and a clock of theirs that a test moves. */
function subject(kept?: ConstructorParameters<typeof Leases>[1]) {
  const time = { wallMs: Date.UTC(2026, 0, 1), elapsedMs: 1000 };
  const clock: LeaseClock = { now: () => time.wallMs, elapsedMs: () => time.elapsedMs };
  const lines: string[] = [];
  const write = (message: string, fields?: Readonly<Record<string, unknown>>) =>
    void lines.push(`${message}: ${fields?.instance}`);
  const leases = new Leases({ forgetAfterMs: DAY_MS, clock, log: { info: write, warn: write } }, kept);
  function pass(ms: number): boolean {
    time.wallMs += ms;
    time.elapsedMs += ms;
    return leases.review();
  }
  return { leases, lines, time, pass, state: () => leases.list().map(({ id, isLapsed }) => [id, isLapsed]) };
}

function group(target: string, labels: Record<string, string> = {}) {
  return { targets: [target], labels };
}

describe("Leases", () => {
  it("keep what is renewed for ever, and say nothing about it", () => {
    const { leases, lines, pass, state } = subject();
    assert.equal(leases.renew("a", { group: group("a:1", { x: "1", y: "2" }), ttlMs: TTL_MS }), true);
    for (let i = 0; i < 5000; i++) {
      pass(TTL_MS / 3);
      assert.equal(leases.renew("a", { group: group("a:1", { y: "2", x: "1" }), ttlMs: TTL_MS }), false);
    }
    assert.deepEqual(state(), [["a", false]]);
    assert.deepEqual(lines, ["Registered: a"]);
  });

  it("go on serving what has lapsed, until it is forgotten", () => {
    const { leases, lines, pass, state } = subject();
    leases.renew("a", { group: group("a:1"), ttlMs: TTL_MS });
    assert.equal(pass(TTL_MS), false);
    assert.deepEqual(state(), [["a", false]]);
    assert.equal(pass(1), false);
    assert.deepEqual(state(), [["a", true]]);
    assert.equal(pass(DAY_MS - TTL_MS - 1), false);
    assert.deepEqual(state(), [["a", true]]);
    assert.equal(pass(1), true);
    assert.deepEqual(state(), []);
    assert.equal(leases.forgotten, 1);
    assert.deepEqual(lines, [
      "Registered: a",
      "Lapsed: it was not renewed in time: a",
      "Forgotten: it was not renewed for too long: a",
    ]);
  });

  it("say when somebody comes back, comes otherwise or goes", () => {
    const { leases, lines, pass } = subject();
    leases.renew("a", { group: group("a:1"), ttlMs: TTL_MS });
    pass(TTL_MS + 1);
    assert.equal(leases.renew("a", { group: group("a:1"), ttlMs: TTL_MS }), true);
    assert.equal(leases.renew("a", { group: group("a:2"), ttlMs: TTL_MS }), true);
    assert.equal(leases.renew("a", { group: group("a:2", { job: "x" }), ttlMs: TTL_MS }), true);
    assert.equal(leases.renew("a", { group: group("a:2", { job: "x" }), ttlMs: 2 * TTL_MS }), true);
    assert.equal(leases.release("a"), true);
    assert.equal(leases.release("a"), false);
    assert.equal(leases.size, 0);
    assert.deepEqual(lines.slice(2), [
      "Renewed after it had lapsed: a",
      "Registered anew: a",
      "Registered anew: a",
      "Registered anew: a",
      "Withdrawn: a",
    ]);
  });

  it("forget nobody because the wall clock was set", () => {
    const { leases, time, state } = subject();
    leases.renew("a", { group: group("a:1"), ttlMs: TTL_MS });
    for (const days of [400, -800]) {
      time.wallMs += days * DAY_MS;
      assert.equal(leases.review(), false);
      assert.deepEqual(state(), [["a", false]]);
    }
  });

  it("give those that were kept the time to come back", () => {
    const wallMs = Date.UTC(2026, 0, 1);
    const { leases, lines, pass, state } = subject([
      { id: "alive", group: group("a:1"), ttlMs: TTL_MS, renewedAtMs: wallMs - 3 * DAY_MS },
      { id: "dead", group: group("d:1"), ttlMs: TTL_MS, renewedAtMs: wallMs - DAY_MS / 2 },
      { id: "gone", group: group("g:1"), ttlMs: TTL_MS, renewedAtMs: wallMs - 3 * DAY_MS },
      { id: "odd", group: group("o:1"), ttlMs: TTL_MS, renewedAtMs: wallMs + DAY_MS },
    ]);
    assert.equal(leases.size, 4);
    pass(TTL_MS);
    assert.deepEqual(lines, []);
    leases.renew("alive", { group: group("a:1"), ttlMs: TTL_MS });
    pass(1);
    assert.deepEqual(state(), [["alive", false], ["dead", true], ["odd", true]]);
    pass(DAY_MS / 2);
    leases.renew("alive", { group: group("a:1"), ttlMs: TTL_MS });
    assert.deepEqual(state(), [["alive", false], ["odd", true]]);
    pass(DAY_MS / 2);
    leases.renew("alive", { group: group("a:1"), ttlMs: TTL_MS });
    pass(1);
    assert.deepEqual(state(), [["alive", false]]);
  });
});
