/**
 * Threads that follow a script: the main thread takes the steps it is given and prints what each scrape gave; the others
 * count as they are told. Which library each thread uses is part of the script, so that they can be mixed.
 */
import process from "node:process";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import type { Scraped } from "./cluster_program.ts";

/** What is to happen. */
export interface ThreadsScript {
  /** What the main thread imports. */
  readonly library: string;
  readonly timeoutMs?: number;
  /** What the other threads import, the one to start with. */
  readonly threads: readonly string[];
  /** Whether the threads are there before the main thread creates its registry. */
  readonly early?: boolean;
  readonly steps: readonly ThreadsStep[];
}

/** One step; threads are counted from 0. */
export type ThreadsStep =
  | { readonly do: "scrape" }
  /** Waits until so many threads are known. */
  | { readonly do: "meet"; readonly count: number }
  /** Has a thread count, fail from now on, say goodbye, stop for a while, or end. */
  | { readonly do: "count" | "fail" | "shutdown" | "end"; readonly thread: number }
  | { readonly do: "block"; readonly thread: number; readonly ms: number };

if (isMainThread) await runMain(JSON.parse(process.argv[2] ?? ""));
else await runThread(workerData.library);

async function runMain(script: ThreadsScript): Promise<void> {
  const library = await load(script.library);
  const create = () => new library.WorkerRegistry(undefined, undefined, { timeoutMs: script.timeoutMs });
  let registry = script.early ? undefined : create();
  const threads: Worker[] = [];
  for (const thread of script.threads) threads.push(await start(thread));
  registry ??= create();
  const scraped: Scraped[] = [];
  for (const step of script.steps) {
    if (step.do === "scrape") scraped.push(await scrape(registry));
    else if (step.do === "meet") await until(() => library.WorkerRegistry.workerCount() === step.count);
    else if (step.do === "end") await threads[step.thread]!.terminate();
    else await tell(threads[step.thread]!, step.do, "ms" in step ? step.ms : 0);
  }
  console.log(JSON.stringify(scraped));
  // The threads wait for messages; what keeps the program alive must be nothing of the library.
  for (const thread of threads) thread.unref();
}

async function start(library: string): Promise<Worker> {
  const thread = new Worker(new URL(import.meta.url), { workerData: { library } });
  await heard(thread);
  return thread;
}

async function scrape(registry: { workerMetrics(): Promise<string> }): Promise<Scraped> {
  try {
    return { text: await registry.workerMetrics() };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function tell(thread: Worker, action: string, ms: number): Promise<void> {
  const done = heard(thread);
  thread.postMessage({ action, ms });
  await done;
}

/** Waits until the thread is ready for the next step. */
function heard(thread: Worker): Promise<void> {
  return new Promise((resolve) => thread.once("message", () => resolve()));
}

async function runThread(library: string): Promise<void> {
  const { Counter, Gauge, register, WorkerRegistry } = await load(library);
  const registers = [register];
  const jobs = new Counter({ name: "jobs_total", help: "Jobs done.", labelNames: ["queue"], registers });
  const queue = new Gauge({ name: "queue_length", help: "Jobs waiting.", registers });
  const registry = new WorkerRegistry();
  parentPort!.on("message", async ({ action, ms }: { action: string; ms: number }) => {
    if (action === "count") {
      jobs.inc({ queue: "mail" });
      queue.set(2);
    } else if (action === "fail") register.getMetricsAsJSON = () => Promise.reject(new Error("Cannot read"));
    else if (action === "shutdown") await registry.shutdown();
    parentPort!.postMessage("ready");
    // In the same task, so that no question can come in between.
    if (action === "block") block(ms);
  });
  parentPort!.postMessage("ready");
}

function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

// deno-lint-ignore no-explicit-any -- The two libraries have different types.
async function load(library: string): Promise<any> {
  const { default: all } = await import(library);
  return all;
}
