/**
 * A cluster that follows a script: the primary takes the steps it is given and prints what each scrape gave; a worker
 * counts as it is told. Which library each process uses is part of the script, so that they can be mixed.
 */
import cluster, { type Worker } from "node:cluster";
import process from "node:process";

/** What is to happen. */
export interface ClusterScript {
  /** What the primary imports. */
  readonly library: string;
  /** The class that scrapes. @default "AggregatorRegistry" */
  readonly className?: "AggregatorRegistry" | "ClusterRegistry";
  readonly openMetrics?: boolean;
  readonly timeoutMs?: number;
  readonly workers: readonly WorkerScript[];
  readonly steps: readonly Step[];
}

export interface WorkerScript {
  readonly library: string;
  /**
   * `silent` never creates a registry that answers, `failing` answers that it cannot read, `broken` answers with a metric
   * that is none.
   */
  readonly way?: "silent" | "failing" | "broken";
}

/** One step; workers are counted from 0. */
export type Step =
  | { readonly do: "scrape" }
  /** Has a worker count, say goodbye or end by itself. */
  | { readonly do: "count" | "shutdown" | "exit"; readonly worker: number }
  /** Ends a worker that cannot do anything about it, or takes its channel from it, whereupon it ends by itself. */
  | { readonly do: "kill" | "disconnect"; readonly worker: number }
  /** Lets a worker stop answering, and answer again. */
  | { readonly do: "freeze" | "thaw"; readonly worker: number }
  | { readonly do: "fork"; readonly script: WorkerScript };

/** What a scrape gave. */
export type Scraped = { readonly text: string } | { readonly error: string };

if (cluster.isPrimary) await runPrimary(JSON.parse(process.argv[2] ?? ""));
else await runWorker(JSON.parse(process.env.SCRIPT ?? ""));

async function runPrimary(script: ClusterScript): Promise<void> {
  const library = await load(script.library);
  new library.Counter({ name: "primary_total", help: "In the primary." }).inc();
  const contentType = script.openMetrics ? library.openMetricsContentType : library.prometheusContentType;
  const registry = new library[script.className ?? "AggregatorRegistry"](contentType, { timeoutMs: script.timeoutMs });
  const workers: Worker[] = [];
  const scraped: Scraped[] = [];
  for (const workerScript of script.workers) workers.push(await fork(workerScript));
  for (const step of script.steps) {
    if (step.do === "scrape") scraped.push(await scrape(registry));
    else if (step.do === "fork") workers.push(await fork(step.script));
    else await act(step.do, workers[step.worker]!);
  }
  console.log(JSON.stringify(scraped));
  for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill("SIGKILL");
  // After an error it keeps the program alive until five seconds are over; ours must end by itself.
  if (script.library === "prom-client") process.exit();
}

async function fork(script: WorkerScript): Promise<Worker> {
  const worker = cluster.fork({ SCRIPT: JSON.stringify(script) });
  await heard(worker);
  return worker;
}

async function scrape(registry: { clusterMetrics(): Promise<string> }): Promise<Scraped> {
  try {
    return { text: await registry.clusterMetrics() };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

async function act(action: string, worker: Worker): Promise<void> {
  // Deno takes every kill() of a child for its end.
  if (action === "freeze") process.kill(worker.process.pid!, "SIGSTOP");
  else if (action === "thaw") {
    process.kill(worker.process.pid!, "SIGCONT");
    await tell(worker, "nothing");
  } else if (["kill", "disconnect", "exit"].includes(action)) {
    const gone = Promise.all(
      ["exit", "disconnect"].map((event) => new Promise((resolve) => worker.once(event, resolve))),
    );
    if (action === "kill") worker.process.kill("SIGKILL");
    else if (action === "disconnect") worker.disconnect();
    else worker.send({ action });
    await gone;
  } else await tell(worker, action);
}

async function tell(worker: Worker, action: string): Promise<void> {
  const done = heard(worker);
  worker.send({ action });
  await done;
}

/** Waits until the worker is ready for the next step. */
function heard(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.on("message", function listener(message) {
      if (message !== "ready") return;
      worker.off("message", listener);
      resolve();
    });
  });
}

async function runWorker(script: WorkerScript): Promise<void> {
  const { AggregatorRegistry, Counter, Gauge, Histogram, register, Summary } = await load(script.library);
  const jobs = new Counter({ name: "jobs_total", help: "Jobs done.", labelNames: ["queue"] });
  const queue = new Gauge({ name: "queue_length", help: "Jobs waiting." });
  const load1 = new Gauge({ name: "load", help: "Load.", aggregator: "average" });
  const took = new Histogram({ name: "took_seconds", help: "Time of a job.", buckets: [0.25, 1] });
  const size = new Summary({ name: "size_bytes", help: "Size of a job.", percentiles: [0.5], registers: [register] });
  const registry = script.way === "silent" ? undefined : new AggregatorRegistry();
  if (script.way === "broken") register.getMetricsAsJSON = () => Promise.resolve([null]);
  if (script.way === "failing") register.getMetricsAsJSON = () => Promise.reject(new Error("Cannot read"));
  function count(): void {
    jobs.inc({ queue: 'm"ail' });
    queue.set(2);
    load1.set(0.5);
    took.observe(0.5);
    size.observe(100);
  }
  process.on("message", async ({ action }: { action?: string }) => {
    if (action === undefined) return;
    if (action === "exit") process.exit(0);
    if (action === "count") count();
    if (action === "shutdown") await registry.shutdown();
    process.send?.("ready");
  });
  process.send?.("ready");
}

// deno-lint-ignore no-explicit-any -- prom-client and ours have different types.
async function load(library: string): Promise<any> {
  const { default: all } = await import(library);
  return all;
}
