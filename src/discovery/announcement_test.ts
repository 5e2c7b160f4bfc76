import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { settled, watched } from "./_testing.ts";
import { keepAnnounced } from "./announcement.ts";

/** An announcement whose attempts end as told, the last way for ever. */
function announcing(ends: readonly (string | undefined)[], takeBack = () => Promise.resolve()) {
  const asked: string[] = [];
  return {
    asked,
    fields: { target: "a:1" },
    renew() {
      const end = ends[Math.min(asked.length, ends.length - 1)];
      asked.push("renew");
      return end === undefined ? Promise.resolve() : Promise.reject(new Error(end));
    },
    takeBack() {
      asked.push("take back");
      return takeBack();
    },
  };
}

describe("keepAnnounced()", () => {
  it("announces at once, and gives a sign of life every 20 seconds", async () => {
    const watch = watched();
    const what = announcing([undefined]);
    keepAnnounced(what, watch);
    assert.deepEqual(what.asked, ["renew"]);
    await settled(watch);
    for (let i = 0; i < 3; i++) {
      assert.deepEqual(watch.delays(), [20_000]);
      await watch.beat();
    }
    assert.equal(what.asked.length, 4);
    assert.deepEqual(watch.lines, ["Announced: -"]);
  });

  it("tries again after longer and longer times, and logs changes only", async () => {
    const watch = watched();
    const failures = [...Array(4).fill("refused"), ...Array(4).fill("status 500")];
    keepAnnounced(announcing([...failures, undefined, undefined, "refused", undefined]), watch);
    await settled(watch);
    for (const seconds of [1, 2, 4, 8, 16, 30, 30, 30]) {
      const [delay = 0] = watch.delays();
      assert.ok(delay >= seconds * 750 && delay <= seconds * 1250, `${delay} for ${seconds} s`);
      await watch.beat();
    }
    assert.deepEqual(watch.delays(), [20_000]);
    for (let i = 0; i < 4; i++) await watch.beat();
    assert.deepEqual(watch.lines, [
      "Cannot announce, trying again: refused",
      "Cannot announce, trying again: status 500",
      "Announced again: -",
      "Cannot announce, trying again: refused",
      "Announced again: -",
    ]);
  });

  it("withdraws once, and gives no sign of life afterwards", async () => {
    const watch = watched();
    const what = announcing([undefined]);
    const announcement = keepAnnounced(what, watch);
    await settled(watch);
    await Promise.all([announcement.withdraw(), announcement.withdraw()]);
    await announcement.withdraw();
    assert.deepEqual(what.asked, ["renew", "take back"]);
    assert.deepEqual(watch.delays(), []);
    assert.deepEqual(watch.lines, ["Announced: -", "Withdrawn: -"]);
  });

  it("takes back only after an attempt that is under way has ended", async () => {
    const watch = watched();
    const order: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const announcement = keepAnnounced({
      fields: {},
      renew: () => promise.then(() => void order.push("renewed")),
      takeBack: () => Promise.resolve(void order.push("taken back")),
    }, watch);
    const withdrawn = announcement.withdraw();
    resolve();
    await withdrawn;
    assert.deepEqual(order, ["renewed", "taken back"]);
    assert.deepEqual(watch.delays(), []);
  });

  it("logs what cannot be taken back, and does not reject", async () => {
    const watch = watched();
    const cause = new Error("connection refused");
    await keepAnnounced(announcing([undefined], () => Promise.reject(new TypeError("fetch failed", { cause }))), watch)
      .withdraw();
    assert.equal(
      watch.lines.at(-1),
      "Cannot withdraw: what was announced stays until it is forgotten: fetch failed: connection refused",
    );
  });

  it("waits by the runtime's timer and tells nobody, unless it is said otherwise", async () => {
    const what = announcing([undefined]);
    await keepAnnounced(what).withdraw();
    assert.deepEqual(what.asked, ["renew", "take back"]);
  });
});
