// What bench.ts starts on every runtime: one family of workloads, its result printed as one line of JSON.
import process from "node:process";
import { calls, creation } from "./workloads/calls.ts";
import { churn } from "./workloads/churn.ts";
import { encodeCounters, encodeHistograms } from "./workloads/encode.ts";
import { footprint } from "./workloads/memory.ts";
import { serveMany } from "./workloads/serve.ts";

const [family, peer = ""] = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const quick = process.argv.includes("--quick");

switch (family) {
  case "counters":
    print(await encodeCounters(quick));
    break;
  case "histograms":
    print(await encodeHistograms(quick));
    break;
  case "calls":
    print(await calls(peer));
    break;
  case "creation":
    print(await creation(quick));
    break;
  case "memory":
    print(await footprint(peer, quick));
    break;
  case "churn":
    print(await churn(peer, quick));
    break;
  case "serve":
    serveMany(peer, quick);
    break;
  default:
    throw new RangeError(`Cannot run workload "${family}"`);
}

function print(result: unknown): void {
  console.log(JSON.stringify(result));
}
