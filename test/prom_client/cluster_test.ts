/** Clusters of real processes: ours alone and together with prom-client, on every runtime that has `node:cluster`. */
import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { runToEnd } from "../_process.ts";
import { carriedRuntime, needsCarriedRuntimes, ownRuntime } from "../_programs.ts";
import { bundleForWorkers, startWorker } from "../_workers.ts";
import type { ClusterScript, Scraped, Step } from "./cluster_program.ts";

const OURS = { library: import.meta.resolve("@exporterkit/core/prom-client") };
const THEIRS = { library: "prom-client" };
const SILENT = { ...OURS, way: "silent" } as const;
const BROKEN = { ...OURS, way: "broken" } as const;
const FAILING = { ...OURS, way: "failing" } as const;
const PROGRAM = fileURLToPath(import.meta.resolve("./cluster_program.ts"));

const RUNTIMES = {
  node: () => ({ path: carriedRuntime("node").path, args: [] }),
  bun: () => ({ path: carriedRuntime("bun").path, args: [] }),
  deno: () => ({ path: ownRuntime().path, args: ["run", "-A"] }),
};

const WORKER = `
  import { AggregatorRegistry, ClusterRegistry, Registry, WorkerRegistry } from "${fileURLToPath(OURS.library)}";
  export default {
    async fetch() {
      const [cluster, threads] = [new AggregatorRegistry(), new WorkerRegistry()];
      await Promise.all([cluster.shutdown(), threads.shutdown()]);
      ClusterRegistry.setRegistries(new Registry());
      const own = new ClusterRegistry();
      return Response.json(await Promise.all([cluster.clusterMetrics(), threads.workerMetrics(), own.clusterMetrics()]));
    },
  };
`;

const SCRAPE: Step = { do: "scrape" };

/** Two workers, of which the second has done two jobs. */
const TWO_WORKERS: Step[] = [
  { do: "count", worker: 0 },
  { do: "count", worker: 1 },
  { do: "count", worker: 1 },
  SCRAPE,
  { do: "count", worker: 0 },
  SCRAPE,
];

for (const [name, command] of Object.entries(RUNTIMES)) describeCluster(name, command);

describe("AggregatorRegistry on Workers", needsCarriedRuntimes(), () => {
  for (const flags of [[], ["nodejs_compat"]]) {
    it(`finds nobody to ask with the flags [${flags}]`, async () => {
      await using worker = await startWorker(await bundled(WORKER), { compatibilityFlags: flags });
      assert.deepEqual(await (await fetch(worker.url)).json(), ["", "", "\n"]);
    });
  }
});

function describeCluster(name: string, command: () => { path: string; args: string[] }): void {
  async function run(script: ClusterScript): Promise<Scraped[]> {
    const { path, args } = command();
    const { code, signal, stdout, stderr } = await runToEnd({ path, args: [...args, PROGRAM, JSON.stringify(script)] });
    assert.deepEqual({ code, signal, stderr }, { code: 0, signal: null, stderr: "" });
    return JSON.parse(stdout);
  }

  async function jobsOf(script: ClusterScript): Promise<(string | undefined)[]> {
    return (await run(script)).map(jobs);
  }

  describe(`AggregatorRegistry in a cluster on ${name}`, needsCarriedRuntimes(), () => {
    it("gives the text that prom-client gives, and each understands the other", async () => {
      const expected = await run({ ...THEIRS, workers: [THEIRS, THEIRS], steps: TWO_WORKERS });
      assert.deepEqual(expected.map(jobs), ["3", "4"]);
      const mixtures = [
        { ...OURS, workers: [OURS, OURS] },
        { ...OURS, workers: [THEIRS, THEIRS] },
        { ...THEIRS, workers: [OURS, OURS] },
        { ...OURS, workers: [OURS, THEIRS] },
        { ...THEIRS, workers: [OURS, THEIRS] },
      ];
      await Promise.all(mixtures.map(async (script) => {
        assert.deepEqual(await run({ ...script, steps: TWO_WORKERS }), expected, JSON.stringify(script));
      }));
    });

    it("gives OpenMetrics if it is one of that kind", async () => {
      const [scraped] = await run({ ...OURS, openMetrics: true, workers: [THEIRS], steps: [count(0), SCRAPE] });
      assert.match(textOf(scraped), /^# TYPE jobs counter\njobs_total\{queue="m\\"ail"\} 1\n/m);
      assert.match(textOf(scraped), /\n# EOF\n$/);
    });

    it("gives an empty text without workers, and keeps no program alive", async () => {
      const script = { workers: [], steps: [SCRAPE] };
      assert.deepEqual(await run({ ...OURS, ...script }), [{ text: "" }]);
      const [own] = await run({ ...OURS, ...script, className: "ClusterRegistry" });
      assert.match(textOf(own), /^primary_total 1$/m);
    });

    it("has the metrics of the primary if it is a ClusterRegistry", async () => {
      const [scraped] = await run({
        ...OURS,
        className: "ClusterRegistry",
        workers: [OURS],
        steps: [count(0), SCRAPE],
      });
      assert.match(textOf(scraped), /^primary_total 1$/m);
      assert.equal(jobs(scraped), "1");
    });

    it("does without a worker that never answers, and says so if none does", async () => {
      const steps = [count(0), SCRAPE];
      assert.deepEqual(await jobsOf({ ...OURS, timeoutMs: 2000, workers: [OURS, SILENT], steps }), ["1"]);
      assert.deepEqual(await run({ ...OURS, timeoutMs: 500, workers: [SILENT], steps: [SCRAPE] }), [
        { error: "Operation timed out." },
      ]);
    });

    it("does without a worker that fails, and passes its error on if all do", async () => {
      assert.deepEqual(await jobsOf({ ...OURS, workers: [OURS, FAILING], steps: [count(0), SCRAPE] }), ["1"]);
      for (const library of [OURS, THEIRS]) {
        assert.deepEqual(await run({ ...library, workers: [FAILING], steps: [SCRAPE] }), [{ error: "Cannot read" }]);
      }
    });

    it("does without a worker whose metrics cannot be read, and survives its end", async () => {
      const steps: Step[] = [count(0), SCRAPE, { do: "kill", worker: 1 }, SCRAPE];
      await Promise.all([BROKEN, { ...THEIRS, way: "broken" } as const].map(async (broken) => {
        assert.deepEqual(await jobsOf({ ...OURS, workers: [OURS, broken], steps }), ["1", "1"]);
      }));
    });

    it("counts what it knew of a worker that does not answer, and hears it when it does again", async () => {
      const scraped = await run({
        ...OURS,
        timeoutMs: 2000,
        workers: [OURS, OURS],
        steps: [
          count(0),
          count(1),
          SCRAPE,
          count(1),
          { do: "freeze", worker: 1 },
          SCRAPE,
          { do: "thaw", worker: 1 },
          SCRAPE,
        ],
      });
      assert.deepEqual(scraped.map(jobs), ["2", "2", "3"]);
      assert.deepEqual(scraped.map((one) => /^queue_length (.+)$/m.exec(textOf(one))?.[1]), ["4", "2", "4"]);
    });

    it("counts what it knew of workers that ended, until there is nobody left", async () => {
      const steps: Step[] = [count(0), count(1), count(2), count(2), SCRAPE];
      await Promise.all((["kill", "exit", "disconnect"] as const).map(async (way) => {
        const scraped = await jobsOf({
          ...OURS,
          workers: [OURS, OURS, THEIRS],
          steps: [
            ...steps,
            { do: way, worker: 2 },
            SCRAPE,
            { do: "fork", script: OURS },
            count(3),
            SCRAPE,
            ...[0, 1, 3].map((worker): Step => ({ do: way, worker })),
            SCRAPE,
          ],
        });
        assert.deepEqual(scraped, ["4", "4", "5", undefined], way);
      }));
    });

    it("keeps all that a worker counted which says goodbye", async () => {
      const steps: Step[] = [
        count(0),
        SCRAPE,
        count(0),
        { do: "shutdown", worker: 0 },
        { do: "shutdown", worker: 0 },
        SCRAPE,
        { do: "exit", worker: 0 },
        SCRAPE,
        { do: "fork", script: THEIRS },
        count(1),
        SCRAPE,
      ];
      assert.deepEqual(await jobsOf({ ...OURS, workers: [OURS], steps }), ["1", "2", "2", "3"]);
    });
  });
}

async function bundled(contents: string): Promise<string> {
  const resolveDir = fileURLToPath(import.meta.resolve("./"));
  return await bundleForWorkers(resolveDir, { stdin: { contents, resolveDir } });
}

function count(worker: number): Step {
  return { do: "count", worker };
}

/** How many jobs all workers have done. */
function jobs(scraped: Scraped | undefined): string | undefined {
  return /^jobs_total\{queue="m\\"ail"\} (.+)$/m.exec(textOf(scraped))?.[1];
}

function textOf(scraped: Scraped | undefined): string {
  return scraped !== undefined && "text" in scraped ? scraped.text : "";
}
