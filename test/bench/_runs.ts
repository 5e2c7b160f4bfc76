/** The workloads of one runtime, each in a process of its own. */
import { startServer } from "../_process.ts";
import { median, ROUNDS, type Row } from "./_measure.ts";
import { PEERS } from "./peers/all.ts";
import type { CallTimes } from "./workloads/calls.ts";
import type { Checkpoint } from "./workloads/churn.ts";
import type { Footprint } from "./workloads/memory.ts";

/** A runtime, and what it runs. */
export interface Bench {
  readonly name: string;
  readonly path: string;
  readonly args: readonly string[];
  readonly bundle: string;
}

/** What to run. */
export interface RunOptions {
  readonly quick: boolean;
  /** Names of families; all without it. */
  readonly only: readonly string[] | undefined;
  /** Told what is going on. */
  readonly note: (text: string) => void;
}

type Family = (bench: Bench, quick: boolean) => Promise<Row[]>;

const FAMILIES: Record<string, Family> = {
  counters: (bench, quick) => pairs(bench, "counters", quick),
  histograms: (bench, quick) => pairs(bench, "histograms", quick),
  calls: callTimes,
  creation: (bench, quick) => rowsFrom(bench, "creation", quick),
  memory: footprints,
  churn: curves,
  serve: blocks,
};

/** Runs all families on a runtime, or those asked for. A family that fails is a row that says so. */
export async function rowsOf(bench: Bench, { quick, only, note }: RunOptions): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, family] of Object.entries(FAMILIES)) {
    if (only !== undefined && !only.includes(name)) continue;
    note(name);
    try {
      rows.push(...await family(bench, quick));
    } catch (error) {
      rows.push({ workload: name, unit: "ms", values: { exporterkit: reasonOf(error) } });
    }
  }
  return rows;
}

async function rowsFrom(bench: Bench, family: string, quick: boolean): Promise<Row[]> {
  return await resultOf(bench, [family], quick);
}

/**
 * Each library takes turns with ours in a process of the two: all in one made the garbage of some the time of others, up to
 * four times as much. What ours needs is the median over the pairs.
 */
async function pairs(bench: Bench, family: string, quick: boolean): Promise<Row[]> {
  const [ours, ...others] = PEERS.map(({ name }) => name) as [string, ...string[]];
  const merged = new Map<string, { row: Row; ours: number[] }>();
  for (const name of others) {
    const rows = await tried(() => resultOf<Row[]>(bench, [family, `--peers=${ours},${name}`], quick));
    if (typeof rows === "string") {
      merged.set(name, { row: { workload: `${family} of ${name}`, unit: "ms", values: { [name]: rows } }, ours: [] });
      continue;
    }
    for (const row of rows) {
      const mine = row.values[ours] as number;
      const known = merged.get(row.workload);
      const beside = Object.fromEntries(Object.keys(row.values).map((side) => [side, mine]));
      // What is ours alone, such as the copy of our bytes, is kept from the first pair.
      const values = { ...row.values, ...known?.row.values };
      const all = [...known?.ours ?? [], mine];
      const merge = { ...row, values: { ...values, [ours]: median(all) }, beside: { ...beside, ...known?.row.beside } };
      merged.set(row.workload, { row: merge, ours: all });
    }
  }
  return [...merged.values()].map(({ row }) => row);
}

/** Processes take turns, and the medians are of theirs. */
async function callTimes(bench: Bench, quick: boolean): Promise<Row[]> {
  const found = PEERS.map(({ name }) => ({ name, runs: [] as CallTimes[], failure: undefined as string | undefined }));
  for (let round = 0; round < (quick ? 3 : ROUNDS); round++) {
    for (const peer of found) {
      const run = await tried(() => resultOf<CallTimes>(bench, ["calls", peer.name], quick));
      if (typeof run === "string") peer.failure = run;
      else peer.runs.push(run);
    }
  }
  const workloads = Object.keys(found.find(({ runs }) => runs.length > 0)?.runs[0] ?? {});
  return workloads.map((workload) => {
    const values = found.map(({ name, runs, failure }) => {
      const [first] = runs;
      if (failure !== undefined || first === undefined) return [name, failure ?? "failed"];
      const reason = first[workload];
      return [name, typeof reason === "string" ? reason : median(runs.map((run) => run[workload] as number))];
    });
    return { workload, unit: "ns", values: Object.fromEntries(values) };
  });
}

/** Memory differs from process to process, so each library has three of them. */
async function footprints(bench: Bench, quick: boolean): Promise<Row[]> {
  const found: Record<string, Footprint[] | string> = {};
  for (const { name } of PEERS) {
    found[name] = await tried(async () => {
      const runs: Footprint[] = [];
      for (let i = 0; i < (quick ? 1 : 3); i++) runs.push(await resultOf(bench, ["memory", name], quick));
      return runs;
    });
  }
  const measures = {
    "heap per series": "heap",
    "heap per series, after scrapes": "heapAfterScrapes",
    "heap per series, after gzip scrapes": "heapAfterGzip",
    "RSS per series": "rss",
    "RSS per series, after scrapes": "rssAfterScrapes",
  } as const;
  return Object.entries(measures).map(([workload, key]) => {
    const values = Object.entries(found).map(([name, runs]) => {
      return [name, typeof runs === "string" ? runs : median(runs.map((run) => run[key]))];
    });
    return { workload, unit: "bytes", values: Object.fromEntries(values) };
  });
}

async function curves(bench: Bench, quick: boolean): Promise<Row[]> {
  const found: Record<string, Checkpoint[] | string> = {};
  for (const { name } of PEERS) found[name] = await tried(() => resultOf(bench, ["churn", name], quick));
  const checkpoints = Object.values(found).find((curve) => typeof curve !== "string") as Checkpoint[] | undefined;
  return (checkpoints ?? []).flatMap(({ after }, i): Row[] => {
    const at = (key: "heap" | "slots") =>
      Object.fromEntries(
        Object.entries(found).flatMap(([name, curve]) => {
          const value = typeof curve === "string" ? (i === 0 ? curve : undefined) : curve[i]?.[key];
          return value === undefined ? [] : [[name, value]];
        }),
      );
    const rows: Row[] = [{ workload: `churn, heap after ${after}`, unit: "bytes", values: at("heap") }];
    const slots = Object.fromEntries(Object.entries(at("slots")).filter(([, value]) => typeof value === "number"));
    if (Object.keys(slots).length > 0) {
      rows.push({ workload: `churn, slots after ${after}`, unit: "slots", values: slots });
    }
    return rows;
  });
}

async function blocks(bench: Bench, quick: boolean): Promise<Row[]> {
  const medians: Record<string, number | string> = {};
  const worsts: Record<string, number | string> = {};
  for (const { name } of PEERS) {
    const longest = await tried(() => longestBlocks(bench, name, quick));
    medians[name] = typeof longest === "string" ? longest : median(longest);
    worsts[name] = typeof longest === "string" ? longest : Math.max(...longest);
  }
  const what = `longest event-loop block, scrape of ${quick ? "20k" : "200k"} series`;
  return [
    { workload: `${what}, median`, unit: "ms", values: medians },
    { workload: `${what}, worst`, unit: "ms", values: worsts },
  ];
}

async function longestBlocks(bench: Bench, name: string, quick: boolean): Promise<number[]> {
  await using server = await startServer(commandOf(bench, ["serve", name], quick));
  const longest: number[] = [];
  for (let round = -1; round < ROUNDS; round++) {
    await textOf(`${server.url}/change`);
    const { length } = await textOf(`${server.url}/metrics`);
    if (length === 0) throw new Error("the scrape was empty");
    const block = Number(await textOf(`${server.url}/longest`));
    if (round >= 0) longest.push(block);
  }
  return longest;
}

async function textOf(url: string): Promise<string> {
  return await (await fetch(url, { headers: { "Accept-Encoding": "identity" } })).text();
}

function commandOf({ path, args, bundle }: Bench, words: readonly string[], quick: boolean) {
  return { path, args: [...args, bundle, ...words, ...(quick ? ["--quick"] : [])] };
}

async function resultOf<T>(bench: Bench, words: readonly string[], quick: boolean): Promise<T> {
  const { path, args } = commandOf(bench, words, quick);
  const { success, stdout, stderr } = await new Deno.Command(path, { args, stdin: "null" }).output();
  const text = new TextDecoder().decode(stdout).trim();
  if (!success) throw new Error(new TextDecoder().decode(stderr).trim() || "it failed without a word");
  return JSON.parse(text.slice(text.lastIndexOf("\n") + 1));
}

async function tried<T>(run: () => Promise<T>): Promise<T | string> {
  try {
    return await run();
  } catch (error) {
    return reasonOf(error);
  }
}

/** The line of a stack trace that says what went wrong. */
function reasonOf(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).split("\n");
  return `failed: ${(lines.find((line) => /\bError\b|error:/.test(line)) ?? lines[0]!).trim().slice(0, 80)}`;
}
