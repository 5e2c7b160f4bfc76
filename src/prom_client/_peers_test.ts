import { afterEach, beforeEach, describe, it, mock } from "node:test";
import assert from "node:assert/strict";
import type { MetricJson } from "./aggregators.ts";
import { prometheusContentType } from "./content_types.ts";
import { Peers } from "./_peers.ts";
import type { MetricType } from "./types.ts";

const TIMEOUT_MS = 5000;

describe("Peers.ask()", () => {
  beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
  afterEach(() => mock.timers.reset());

  it("puts answers together in the order of the peers", async () => {
    const peers = new Peers();
    const asked = ask(peers, ["a", "b"]);
    peers.answer("b", asked.id, [[counter(2)], [gauge(20)]]);
    peers.answer("a", asked.id, [[counter(1)]]);
    assert.deepEqual(await asked.answers, [[counter(1)], [counter(2)], [gauge(20)]]);
  });

  it("gives nothing if there is nobody, and waits for nothing", async () => {
    assert.deepEqual(await ask(new Peers(), []).answers, []);
  });

  it("does without those that do not answer in time, and tells of them", async () => {
    const silent: string[] = [];
    const peers = new Peers({ onSilent: (peer) => silent.push(peer) });
    const asked = ask(peers, ["a", "b"]);
    peers.answer("a", asked.id, [[counter(1)]]);
    mock.timers.tick(TIMEOUT_MS);
    assert.deepEqual(await asked.answers, [[counter(1)]]);
    assert.deepEqual(silent, ["b"]);
  });

  it("rejects if nobody answers in time", async () => {
    const asked = ask(new Peers(), ["a", "b"]);
    mock.timers.tick(TIMEOUT_MS);
    await assert.rejects(asked.answers, new Error("Operation timed out."));
  });

  it("does without those that fail, and does not wait for the deadline", async () => {
    const peers = new Peers();
    const asked = ask(peers, ["a", "b"]);
    peers.fail("a", asked.id, "broken");
    peers.answer("b", asked.id, [[counter(2)]]);
    assert.deepEqual(await asked.answers, [[counter(2)]]);
  });

  it("rejects with the first error if all fail", async () => {
    const peers = new Peers();
    const asked = ask(peers, ["a", "b"]);
    peers.fail("b", asked.id, "broken");
    peers.fail("a", asked.id, "broken too");
    await assert.rejects(asked.answers, new Error("broken"));
  });

  it("rejects with the error if one fails and the others are silent", async () => {
    const peers = new Peers();
    const asked = ask(peers, ["a", "b"]);
    peers.fail("b", asked.id, "broken");
    mock.timers.tick(TIMEOUT_MS);
    await assert.rejects(asked.answers, new Error("broken"));
  });

  it("counts one answer of each peer, and none of others or of those that are too late", async () => {
    const peers = new Peers();
    const early = ask(peers, ["a", "b"]);
    peers.answer("a", early.id, [[counter(1)]]);
    peers.answer("a", early.id, [[counter(100)]]);
    peers.answer("c", early.id, [[counter(100)]]);
    peers.fail("a", early.id, "broken");
    mock.timers.tick(TIMEOUT_MS);
    assert.deepEqual(await early.answers, [[counter(1)]]);
    const late = ask(peers, ["a", "b"]);
    peers.answer("b", early.id, [[counter(100)]]);
    peers.fail("b", early.id, "broken");
    peers.answer("a", late.id, [[counter(3)]]);
    peers.answer("b", late.id, [[counter(4)]]);
    assert.deepEqual(await late.answers, [[counter(3)], [counter(4)]]);
  });

  it("asks questions at the same time without taking one for the other", async () => {
    const peers = new Peers();
    const [first, second] = [ask(peers, ["a"]), ask(peers, ["a"])];
    assert.notEqual(first.id, second.id);
    peers.answer("a", second.id, [[counter(2)]]);
    peers.answer("a", first.id, [[counter(1)]]);
    assert.deepEqual(await first.answers, [[counter(1)]]);
    assert.deepEqual(await second.answers, [[counter(2)]]);
  });

  it("has ids that differ from those of other askers", () => {
    assert.notEqual(ask(new Peers(), []).id, ask(new Peers(), []).id);
  });

  it("does not swallow what sending throws", async () => {
    const answers = new Peers().ask(["a"], () => {
      throw new Error("not sent");
    }, TIMEOUT_MS);
    await assert.rejects(answers, new Error("not sent"));
  });

  describe("lets no count shrink", () => {
    it("while a peer is silent or fails", async () => {
      const peers = new Peers();
      await told(peers, { a: [counter(1), gauge(10)], b: [counter(2), gauge(20)] });
      const silent = ask(peers, ["a", "b"]);
      peers.answer("a", silent.id, [[counter(3), gauge(30)]]);
      mock.timers.tick(TIMEOUT_MS);
      assert.deepEqual(await silent.answers, [[counter(3), gauge(30)], [counter(2)]]);
      const failing = ask(peers, ["a", "b"]);
      peers.fail("b", failing.id, "broken");
      peers.answer("a", failing.id, [[counter(4)]]);
      assert.deepEqual(await failing.answers, [[counter(4)], [counter(2)]]);
    });

    it("when a peer dies and others have its series", async () => {
      const peers = new Peers();
      await told(peers, { a: [counter(1)], b: [counter(2)], c: [counter(4)] });
      peers.lose("b");
      peers.lose("c");
      assert.deepEqual(await told(peers, { a: [counter(8)] }), [[counter(8)], [counter(6)]]);
    });

    it("but for series that only a dead peer had, which end", async () => {
      const peers = new Peers();
      await told(peers, { a: [counter(1)], b: [counter(2, { pid: "7" })] });
      peers.lose("b");
      assert.deepEqual(await told(peers, { a: [counter(1)] }), [[counter(1)]]);
      const again = [counter(1, { pid: "7" })];
      assert.deepEqual(await told(peers, { a: [counter(1)], c: again }), [[counter(1)], again]);
    });

    it("when a peer takes leave, and keeps all its series", async () => {
      const peers = new Peers();
      await told(peers, { a: [counter(1)], b: [counter(2)] });
      peers.leave("b", [[counter(3), gauge(30)], [counter(5, { queue: "mail" })]]);
      const kept = { ...counter(0), values: [{ value: 3, labels: {} }, { value: 5, labels: { queue: "mail" } }] };
      assert.deepEqual(await told(peers, { a: [counter(1)] }), [[counter(1)], [kept]]);
      peers.lose("a");
      assert.deepEqual(await told(peers, {}), [[kept]]);
    });

    it("nor grow when a peer goes that has just answered", async () => {
      const ways = [(peers: Peers) => peers.lose("b"), (peers: Peers) => peers.leave("c", [[counter(2)]])];
      for (const go of ways) {
        const peers = new Peers();
        const asked = ask(peers, ["a", "b", "c"]);
        peers.answer("b", asked.id, [[counter(2), gauge(20)]]);
        peers.answer("c", asked.id, [[counter(2), gauge(20)]]);
        go(peers);
        peers.answer("a", asked.id, [[counter(1)]]);
        assert.equal(sumOf(await asked.answers), 5);
      }
    });

    it("and does not wait for a peer that goes", async () => {
      const peers = new Peers();
      const asked = ask(peers, ["a", "b", "c"]);
      peers.answer("a", asked.id, [[counter(1)]]);
      peers.lose("b");
      peers.leave("c", [[counter(2)]]);
      peers.answer("b", asked.id, [[counter(100)]]);
      assert.deepEqual(await asked.answers, [[counter(1)], [counter(2)]]);
      const last = ask(peers, ["a"]);
      peers.lose("a");
      assert.deepEqual(await last.answers, [[counter(2)]]);
    });

    it("of counters, histograms and the sums of summaries, where they are added up", async () => {
      const peers = new Peers();
      const quantile = { value: 9, labels: { quantile: 0.5 } };
      const total = { value: 3, labels: {}, metricName: "m_sum" };
      const bucket = { value: 1, labels: { le: 1 }, metricName: "m_bucket" };
      const summary = json("summary", [quantile, total]);
      const histogram = json("histogram", [bucket]);
      const highest = { ...counter(7), name: "highest", aggregator: "max" as const };
      await told(peers, { a: [summary], b: [{ ...histogram, name: "h" }, highest, counter(1)] });
      const asked = ask(peers, ["a", "b", "c"]);
      peers.answer("c", asked.id, [[]]);
      mock.timers.tick(TIMEOUT_MS);
      assert.deepEqual(await asked.answers, [
        [],
        [{ ...summary, values: [total] }],
        [{ ...histogram, name: "h" }, counter(1)],
      ]);
    });
  });
});

describe("Peers.text()", () => {
  it("is empty if there is nobody", async () => {
    assert.equal(await text(new Peers(), [], () => {}), "");
  });

  it("adds up own metrics and those of others", async () => {
    const peers = new Peers();
    const answer = (id: string) => peers.answer("a", id, [[counter(2)]]);
    assert.equal(
      await peers.text(["a"], answer, {
        contentType: prometheusContentType,
        timeoutMs: TIMEOUT_MS,
        own: Promise.resolve([[counter(1)]]),
      }),
      "# HELP m h\n# TYPE m counter\nm 3\n",
    );
  });

  it("rejects if metrics cannot be made one", async () => {
    const peers = new Peers();
    const wrong = { ...counter(1), aggregator: "median" } as unknown as MetricJson;
    const answers = text(peers, ["a"], (id) => peers.answer("a", id, [[wrong]]));
    await assert.rejects(answers, new Error("'median' is not a defined aggregator."));
  });
});

describe("Peers.idle()", () => {
  it("waits for texts, those that fail too", async () => {
    const peers = new Peers();
    const events: string[] = [];
    const failing = text(peers, ["a"], (id) => {
      setTimeout(() => peers.fail("a", id, "broken"), 1);
    }).catch(() => events.push("failed"));
    await peers.idle();
    await failing;
    events.push("idle");
    await peers.idle();
    assert.deepEqual(events, ["failed", "idle"]);
  });
});

function ask(peers: Peers, expected: readonly string[]) {
  let id = "";
  const answers = peers.ask(expected, (sent) => void (id = sent), TIMEOUT_MS);
  return { id, answers };
}

function text(peers: Peers, expected: readonly string[], send: (id: string) => void): Promise<string> {
  return peers.text(expected, send, { contentType: prometheusContentType, timeoutMs: TIMEOUT_MS });
}

/** Asks peers that answer at once. */
function told(peers: Peers, metrics: Record<string, MetricJson[]>) {
  const { id, answers } = ask(peers, Object.keys(metrics));
  for (const [peer, list] of Object.entries(metrics)) peers.answer(peer, id, [list]);
  return answers;
}

function json(type: MetricType, values: MetricJson["values"]): MetricJson {
  return { help: "h", name: "m", type, values, aggregator: "sum" };
}

function counter(value: number, labels: Record<string, string> = {}): MetricJson {
  return json("counter", [{ value, labels }]);
}

function gauge(value: number): MetricJson {
  return { ...json("gauge", [{ value, labels: {} }]), name: "g" };
}

/** All values of the counter. */
function sumOf(lists: readonly (readonly MetricJson[])[]): number {
  const values = lists.flat().filter(({ name }) => name === "m").flatMap((metric) => metric.values);
  return values.reduce((sum, { value }) => sum + value, 0);
}
