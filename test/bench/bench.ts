// Times ours and prom-client side by side on every runtime at hand, and prints the ratios.
import { build, stop } from "esbuild";
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import process from "node:process";
import { carriedRuntime } from "../_programs.ts";
import type { Row } from "./workload.ts";

const BUNDLE = "dist/bench/workload.mjs";

/** Aims of the native interface, as multiples of prom-client's speed on Node. */
const AIMS: ReadonlyMap<string, number> = new Map([
  ["encode 100k counters x 5 labels, all changed", 25],
  ["encode 10k histograms x 12 buckets", 10],
  ["inc() with a 5-label object", 5],
  ["inc() on a handle", 100],
]);

async function bundle(): Promise<void> {
  mkdirSync("dist/bench", { recursive: true });
  await build({
    entryPoints: ["test/bench/workload.ts"],
    outfile: BUNDLE,
    bundle: true,
    format: "esm",
    platform: "node",
    alias: {
      "@exporterkit/core/exposition": "./src/exposition/mod.ts",
      "@exporterkit/core/metrics": "./src/metrics/mod.ts",
    },
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  await stop();
}

function run(runtime: string, program: string, args: readonly string[]): void {
  const rows: Row[] = JSON.parse(execFileSync(program, [...args, BUNDLE], { encoding: "utf8" }));
  console.log(`\n${runtime}`);
  const table = rows.map(({ name, unit, ours, theirs }) => {
    const aim = runtime.startsWith("Node") ? AIMS.get(name) : undefined;
    return [
      name,
      `${ours.toFixed(1)} ${unit}`,
      `${theirs.toFixed(1)} ${unit}`,
      `${(theirs / ours).toFixed(1)}x`,
      aim === undefined ? "" : `${aim}x`,
    ];
  });
  const all = [["workload (medians of alternated rounds)", "ours", "prom-client", "faster", "aim"], ...table];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  for (const row of all) {
    console.log(
      row.map((cell, i) => i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)).join("  ").trimEnd(),
    );
  }
}

await bundle();
const [node, bun] = [carriedRuntime("node"), carriedRuntime("bun")];
run(`Node ${node.version}`, node.path, []);
run(`Deno ${process.versions.deno}`, process.execPath, ["run", "-A"]);
run(`Bun ${bun.version}`, bun.path, []);
