/** Real threads: ours alone and together with @prometheus-io/client, on every runtime that has `node:worker_threads`. */
import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { runToEnd } from "../_process.ts";
import { carriedRuntime, needsCarriedRuntimes, ownRuntime } from "../_programs.ts";
import type { Scraped } from "./cluster_program.ts";
import type { ThreadsScript, ThreadsStep } from "./threads_program.ts";

const OURS = import.meta.resolve("@exporterkit/core/prom-client");
const THEIRS = "@prometheus-io/client";
const PROGRAM = fileURLToPath(import.meta.resolve("./threads_program.ts"));

const RUNTIMES = {
  node: () => ({ path: carriedRuntime("node").path, args: [] }),
  bun: () => ({ path: carriedRuntime("bun").path, args: [] }),
  deno: () => ({ path: ownRuntime().path, args: ["run", "-A"] }),
};

const SCRAPE: ThreadsStep = { do: "scrape" };

for (const [name, command] of Object.entries(RUNTIMES)) describeThreads(name, command);

function describeThreads(name: string, command: () => { path: string; args: string[] }): void {
  async function run(script: ThreadsScript): Promise<Scraped[]> {
    const { path, args } = command();
    const { code, signal, stdout, stderr } = await runToEnd({ path, args: [...args, PROGRAM, JSON.stringify(script)] });
    assert.deepEqual({ code, signal, stderr }, { code: 0, signal: null, stderr: "" });
    return JSON.parse(stdout);
  }

  describe(`WorkerRegistry on ${name}`, needsCarriedRuntimes(), () => {
    it("gives the text that @prometheus-io/client gives, and each understands the other", async () => {
      const steps = [meet(2), count(0), count(1), count(1), SCRAPE, count(0), SCRAPE];
      const expected = await run({ library: THEIRS, threads: [THEIRS, THEIRS], steps });
      assert.deepEqual(expected.map(jobs), ["3", "4"]);
      const mixtures = [[OURS, OURS, OURS], [OURS, THEIRS, THEIRS], [THEIRS, OURS, OURS], [OURS, OURS, THEIRS]];
      for (const [library, ...threads] of mixtures as [string, ...string[]][]) {
        assert.deepEqual(await run({ library, threads, steps }), expected, `${library} with ${threads}`);
      }
    });

    it("finds threads that were there before it", async () => {
      const steps = [meet(2), count(0), count(1), SCRAPE];
      const scraped = await run({ library: OURS, threads: [OURS, THEIRS], early: true, steps });
      assert.deepEqual(scraped.map(jobs), ["2"]);
    });

    it("gives an empty text without threads, and keeps no program alive", async () => {
      assert.deepEqual(await run({ library: OURS, threads: [], steps: [SCRAPE] }), [{ text: "" }]);
    });

    it("passes the error of the only thread on, and does without it if there are others", async () => {
      const failing: ThreadsStep = { do: "fail", thread: 1 };
      assert.deepEqual(
        await run({ library: OURS, threads: [OURS], steps: [meet(1), { do: "fail", thread: 0 }, SCRAPE] }),
        [{ error: "Cannot read" }],
      );
      const steps = [meet(2), count(0), count(1), failing, SCRAPE];
      assert.deepEqual((await run({ library: OURS, threads: [OURS, OURS], steps })).map(jobs), ["1"]);
    });

    it("counts what it knew of a thread that does not answer, and hears it when it does again", async () => {
      const scraped = await run({
        library: OURS,
        timeoutMs: 1000,
        threads: [OURS, OURS],
        steps: [
          meet(2),
          count(0),
          count(1),
          SCRAPE,
          { do: "block", thread: 1, ms: 2500 },
          SCRAPE,
          meet(1),
          count(0),
          SCRAPE,
          meet(2),
          count(1),
          SCRAPE,
        ],
      });
      assert.deepEqual(scraped.map(jobs), ["2", "2", "3", "4"]);
    });

    it("counts what it knew of a thread that ended, if another one has the same series", async () => {
      const steps: ThreadsStep[] = [
        meet(2),
        count(0),
        count(1),
        SCRAPE,
        { do: "end", thread: 1 },
        meet(1),
        SCRAPE,
        { do: "end", thread: 0 },
        meet(0),
        SCRAPE,
      ];
      const scraped = await run({ library: OURS, threads: [OURS, OURS], steps });
      assert.deepEqual(scraped.map(jobs), ["2", "2", undefined]);
    });

    it("keeps all that a thread counted which says goodbye", async () => {
      for (const [library, thread] of [[OURS, OURS], [OURS, THEIRS], [THEIRS, OURS]] as const) {
        const steps: ThreadsStep[] = [
          meet(1),
          count(0),
          SCRAPE,
          count(0),
          { do: "shutdown", thread: 0 },
          meet(0),
          SCRAPE,
          { do: "end", thread: 0 },
          SCRAPE,
        ];
        const scraped = await run({ library, threads: [thread], steps });
        assert.deepEqual(scraped.map(jobs), ["1", "2", "2"], `${library} with ${thread}`);
      }
    });
  });
}

function meet(threads: number): ThreadsStep {
  return { do: "meet", count: threads };
}

function count(thread: number): ThreadsStep {
  return { do: "count", thread };
}

/** How many jobs all threads have done. */
function jobs(scraped: Scraped | undefined): string | undefined {
  return scraped !== undefined && "text" in scraped
    ? /^jobs_total\{queue="mail"\} (.+)$/m.exec(scraped.text)?.[1]
    : undefined;
}
