// Compares ours with other libraries in one run, on every runtime at hand, and prints what they need and the ratios.
// Usage: deno task bench [--full] [--runtime=node,deno,bun,go] [--only=counters,histograms,calls,creation,memory,churn,serve,soak,exporters]
import { build, stop } from "esbuild";
import { mkdirSync, writeFileSync } from "node:fs";
import process from "node:process";
import { carriedRuntime } from "../_programs.ts";
import { exporterRows } from "./_exporters.ts";
import { goRows } from "./_go.ts";
import type { Row } from "./_measure.ts";
import { type Bench, rowsOf } from "./_runs.ts";
import { format } from "./_table.ts";
import { type Holdings, soak } from "../soak/_soak.ts";

const FOLDER = "dist/bench";
const BUNDLE = `${FOLDER}/workload.mjs`;

const quick = !Deno.args.includes("--full");
const only = listOf("only");
const runtimes = listOf("runtime") ?? (quick ? ["node", "go"] : ["node", "deno", "bun", "go"]);

await bundle();
const results: Record<string, readonly Row[]> = {};
// Go first: what it needs is a column of the other tables.
const go = runtimes.includes("go") ? await goRows({ quick }) : [];
for (const bench of benches()) {
  const rows = withGo(
    await rowsOf(bench, { quick, only, note: (text) => console.error(`${bench.name}: ${text}`) }),
    go,
  );
  results[bench.name] = rows;
  console.log(`\n${bench.name}\n\n${format(rows)}`);
}
if (only?.includes("soak") ?? !quick) results.soak = await soakRows();
if (only?.includes("exporters") ?? !quick) {
  results.exporters = await exporterRows((plugin) => console.error(plugin));
  console.log(`\nPlugins beside the exporters that they replace\n\n${format(results.exporters)}`);
}
const report = { date: new Date().toISOString(), quick, results, go };
writeFileSync(`${FOLDER}/results.json`, `${JSON.stringify(report, null, 2)}\n`);
console.log(`\nWritten to ${FOLDER}/results.json`);

function* benches(): Generator<Bench> {
  if (runtimes.includes("node")) {
    const { path, version } = carriedRuntime("node");
    yield { name: `Node ${version}`, path, args: ["--expose-gc", "--max-old-space-size=4096"], bundle: BUNDLE };
  }
  if (runtimes.includes("deno")) {
    const { deno } = process.versions;
    const args = ["run", "-A", "--no-config", "--v8-flags=--expose-gc,--max-old-space-size=4096"];
    yield { name: `Deno ${deno}`, path: process.execPath, args, bundle: BUNDLE };
  }
  if (runtimes.includes("bun")) {
    const { path, version } = carriedRuntime("bun");
    yield { name: `Bun ${version}`, path, args: [], bundle: BUNDLE };
  }
}

/** 100 scrapes in a second, for a minute, while everything goes wrong: what an exporter holds on to before and after. */
async function soakRows(): Promise<Row[]> {
  console.error("Soak: 60 s");
  const { scrapes, spoilt, before, after } = await soak({ warmUpScrapes: 1000, scrapes: 6000, everyMs: 10 });
  const count = ({ resources }: Holdings) => Object.values(resources).reduce((sum, one) => sum + one, 0);
  const holdings = (what: string, of: (one: Holdings) => number, unit: Row["unit"] = "") => {
    return { workload: what, unit, values: { "at first": of(before), "at the end": of(after) } };
  };
  const rows: Row[] = [
    { workload: `scrapes with faults`, unit: "", values: { answered: scrapes - spoilt, spoilt } },
    holdings("heap", ({ heapBytes }) => heapBytes, "bytes"),
    holdings("handles and timers", count),
    holdings("listeners", ({ listeners }) => listeners),
  ];
  console.log(`\nSoak on Node\n\n${format(rows)}`);
  return rows;
}

/** The rows of the same workloads in Go, as further columns. */
function withGo(rows: readonly Row[], go: readonly Row[]): Row[] {
  return rows.map((row) => {
    const same = go.find(({ workload }) => workload === row.workload);
    return same === undefined ? row : { ...row, values: { ...row.values, ...same.values } };
  });
}

function listOf(option: string): string[] | undefined {
  return Deno.args.find((argument) => argument.startsWith(`--${option}=`))?.split("=")[1]?.split(",");
}

async function bundle(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  await build({
    entryPoints: ["test/bench/workload.ts"],
    outfile: BUNDLE,
    bundle: true,
    format: "esm",
    platform: "node",
    logLevel: "warning",
    alias: {
      "@exporterkit/core/exposition": "./src/exposition/mod.ts",
      "@exporterkit/core/metrics": "./src/metrics/mod.ts",
      "@exporterkit/core/prom-client": "./src/prom_client/mod.ts",
    },
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  await stop();
}
