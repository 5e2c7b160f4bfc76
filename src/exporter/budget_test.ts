import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { gauge } from "../metrics/gauge.ts";
import { samples } from "./_testing.ts";
import type { Budgets } from "./budget.ts";
import { type CollectContext, defineExporter } from "./definition.ts";
import type { Outcome } from "./outcome.ts";
import { RunningExporter } from "./running_exporter.ts";

const value = gauge("t_value", "A value.", ["k"]);
const pair = gauge("t_pair", "Two labels.", ["a", "b"]);
type Context = CollectContext<unknown, unknown, { value: typeof value; pair: typeof pair }, Record<never, never>>;

function collecting(budgets: Budgets, collect: (context: Context) => void | Promise<void>): RunningExporter {
  const subject = { help: "What is tested.", metrics: { value, pair }, collect, ...budgets };
  return new RunningExporter(defineExporter({ name: "t", version: "1.0.0", port: 1, collectors: { subject } }));
}

/** How a scrape ended, what it said went wrong, and what it shows. */
async function outcomeOf(exporter: RunningExporter): Promise<[outcome: Outcome, error: string, lines: string[]]> {
  const gathered = await exporter.gather();
  const { outcome, error } = gathered.reports.get("subject")!;
  return [outcome, error === undefined ? "" : (error as Error).message, samples(gathered, "t_value")];
}

const WAYS = [["throws", false], ["swallows the error", true]] as const;

describe("maxLabelLength", () => {
  const most = { maxLabelLength: 10 };
  const tooLong = 'it gave label "k" of metric "t_value" a value longer than its limit of 10 bytes';

  for (const [how, swallows] of WAYS) {
    it(`ends a run that writes a longer value as limit when it ${how}`, async () => {
      let runs = 0;
      const exporter = collecting(most, ({ metrics }) => {
        runs++;
        metrics.value.set({ k: "short" }, 1);
        try {
          metrics.value.set({ k: "x".repeat(11) }, 1);
        } catch (error) {
          if (!swallows) throw error;
          assert.throws(() => metrics.value.set({ k: "other" }, 1), { message: tooLong });
        }
      });
      assert.deepEqual(await outcomeOf(exporter), ["limit", tooLong, []]);
      assert.deepEqual(await outcomeOf(exporter), ["limit", tooLong, []], "also when the value comes again");
      assert.equal(runs, 2);
    });
  }

  const lengths: [what: string, value: string, outcome: Outcome][] = [
    ["ten letters", "x".repeat(10), "ok"],
    ["five letters of two bytes", "ä".repeat(5), "ok"],
    ["six letters of two bytes", "ä".repeat(6), "limit"],
    ["three characters of four bytes", "😀".repeat(3), "limit"],
    ["no text at all", "", "ok"],
  ];
  for (const [what, k, outcome] of lengths) {
    it(`counts bytes: ${what} is ${outcome}`, async () => {
      assert.equal((await outcomeOf(collecting(most, ({ metrics }) => metrics.value.set({ k }, 1))))[0], outcome);
    });
  }

  it("holds for handles and for families that are found", async () => {
    const k = "x".repeat(11);
    const byHandle = collecting(most, ({ metrics }) => metrics.value.labels(k).set(1));
    const found = collecting(most, ({ family }) => family(gauge("t_found", "Found.", ["k"])).set({ k }, 1));
    assert.equal((await outcomeOf(byHandle))[0], "limit");
    assert.equal((await outcomeOf(found))[0], "limit");
  });

  it("keeps no label value of a label set that it refuses", async () => {
    let first = true;
    const exporter = collecting(most, ({ metrics }) => {
      metrics.pair.set(first ? { a: "new", b: "x".repeat(11) } : { a: "a", b: "b" }, 1);
    });
    assert.equal((await outcomeOf(exporter))[0], "limit");
    first = false;
    const { snapshots } = await exporter.gather();
    const { family } = snapshots.find(({ family }) => family.description.name === "t_pair")!;
    assert.deepEqual(family.index.keptValues, [1, 1]);
  });

  it("is 4096 unless the collector says otherwise", async () => {
    const writing = (length: number) => ({ metrics }: Context) => metrics.value.set({ k: "x".repeat(length) }, 1);
    assert.equal((await outcomeOf(collecting({}, writing(4096))))[0], "ok");
    assert.equal((await outcomeOf(collecting({}, writing(4097))))[0], "limit");
    assert.equal((await outcomeOf(collecting({ maxLabelLength: Infinity }, writing(4097))))[0], "ok");
  });
});

describe("maxSeries", () => {
  it("is 250000 unless the collector says otherwise", async () => {
    let written = 0;
    const flood = ({ metrics }: Context) => {
      for (let i = 0; i < 5_000_000; i++) {
        metrics.value.set({ k: i }, i);
        written++;
      }
    };
    assert.equal((await outcomeOf(collecting({}, flood)))[0], "limit");
    assert.equal(written, 250_000);
  });

  it("counts the series of all families of a run", async () => {
    const exporter = collecting({ maxSeries: 2 }, ({ metrics, family }) => {
      metrics.value.set({ k: "1" }, 1);
      metrics.pair.set({ a: "1", b: "1" }, 1);
      family(gauge("t_found", "Found.")).set(1);
    });
    assert.deepEqual(await outcomeOf(exporter), ["limit", "it set more than its limit of 2 series", []]);
  });
});

describe("maxResponseBytes", () => {
  const most = { maxResponseBytes: 1000 };
  const tooMany = "it read more than its limit of 1000 bytes of answers";

  for (const [how, swallows] of WAYS) {
    it(`ends a run that reads more as limit when it ${how}`, async () => {
      await using upstream = await answering((_, response) => response.end("x".repeat(1001)));
      const exporter = collecting(most, async ({ fetch, signal, metrics }) => {
        metrics.value.set({ k: "before" }, 1);
        try {
          await (await fetch(upstream.url, { signal })).text();
        } catch (error) {
          if (!swallows) throw error;
        }
      });
      assert.deepEqual(await outcomeOf(exporter), ["limit", tooMany, []]);
    });
  }

  it("counts what trickles without end, and hangs up", async () => {
    const hungUp = Promise.withResolvers<void>();
    await using upstream = await answering((_, response) => {
      const timer = setInterval(() => response.write("x".repeat(100)), 1);
      response.on("close", () => {
        clearInterval(timer);
        hungUp.resolve();
      });
    });
    const exporter = collecting(most, async ({ fetch }) => void await (await fetch(upstream.url)).text());
    assert.deepEqual(await outcomeOf(exporter), ["limit", tooMany, []]);
    await hungUp.promise;
  });

  it("adds up the answers of a run, and begins anew with the next", async () => {
    await using upstream = await answering((_, response) => response.end("x".repeat(400)));
    let answers = 2;
    const exporter = collecting(most, async ({ fetch, metrics }) => {
      for (let i = 0; i < answers; i++) await (await fetch(upstream.url)).bytes();
      metrics.value.set({ k: "a" }, 1);
    });
    assert.equal((await outcomeOf(exporter))[0], "ok");
    assert.equal((await outcomeOf(exporter))[0], "ok");
    answers = 3;
    assert.equal((await outcomeOf(exporter))[0], "limit");
  });

  it("counts bytes after they were decompressed", async () => {
    await using upstream = await answering((_, response) => {
      response.setHeader("Content-Encoding", "gzip");
      response.end(gzipSync("x".repeat(100_000)));
    });
    const exporter = collecting(most, async ({ fetch }) => void await (await fetch(upstream.url)).text());
    assert.deepEqual(await outcomeOf(exporter), ["limit", tooMany, []]);
  });

  it("costs nothing where the body is not read", async () => {
    await using upstream = await answering((_, response) => response.end("x".repeat(5000)));
    const exporter = collecting(most, async ({ fetch }) => {
      const answer = await fetch(upstream.url);
      assert.equal(answer.status, 200);
      await answer.body!.cancel();
    });
    assert.equal((await outcomeOf(exporter))[0], "ok");
  });

  it("leaves an answer as fetch gives it", async () => {
    await using upstream = await answering(({ url }, response) => {
      if (url === "/from") response.writeHead(302, { Location: "/to" }).end();
      else if (url === "/empty") response.writeHead(204).end();
      else response.writeHead(201, "Made", { "Content-Type": "application/json" }).end('{"a":1}');
    });
    async function seenBy(fetch: typeof globalThis.fetch): Promise<unknown[]> {
      const answer = await fetch(`${upstream.url}/from`);
      const { status, statusText, url, redirected, type, ok } = answer;
      const clone = answer.clone();
      const empty = await fetch(`${upstream.url}/empty`);
      return [
        ...[answer instanceof Response, status, statusText, url, redirected, type, ok],
        ...[answer.headers.get("Content-Type"), await answer.json(), answer.bodyUsed, clone.url, await clone.text()],
        ...[empty.status, empty.body],
      ];
    }
    let seen: unknown[] = [];
    const exporter = collecting(most, async ({ fetch }) => void (seen = await seenBy(fetch)));
    assert.equal((await outcomeOf(exporter))[0], "ok");
    assert.deepEqual(seen, await seenBy(fetch));
  });
});

/** A server on loopback. */
async function answering(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
