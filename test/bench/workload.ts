// Runs every workload on the runtime it is started with, ours and prom-client in turn, and prints the medians as JSON.
import { encode, negotiate } from "@exporterkit/core/exposition";
import { counter, histogram, Registry } from "@exporterkit/core/metrics";
import * as promClient from "prom-client";

/** One row: what was done, and how long each side took. */
export interface Row {
  readonly name: string;
  readonly unit: "ms" | "ns";
  readonly ours: number;
  readonly theirs: number;
}

const ROUNDS = 7;
const FAMILIES = 10;
const LABEL_NAMES = ["method", "route", "status", "instance", "zone"] as const;
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25];
const TEXT = negotiate(null);

type LabelSet = Record<typeof LABEL_NAMES[number], string>;

function labelSets(count: number): LabelSet[] {
  return Array.from({ length: count }, (_, i) => ({
    method: ["GET", "POST", "PUT", "DELETE"][i % 4]!,
    route: `/api/v1/resource/${Math.floor(i / 4) % 50}`,
    status: String(200 + Math.floor(i / 200) % 5),
    instance: `host-${Math.floor(i / 1000) % 10}.example.org:9100`,
    zone: `zone-${Math.floor(i / 10_000)}`,
  }));
}

/** Four of five values are integers, the rest has 16 to 17 digits, and every value differs from round to round. */
function value(i: number, round: number): number {
  return i % 5 === 0 ? (i + 1) * 1.2345678901234 + round / 3 : (i * 7 + round) % 100_000;
}

function median(numbers: number[]): number {
  return numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}

async function alternate(
  ours: (round: number) => unknown,
  theirs: (round: number) => unknown,
  prepare: (round: number) => void = () => {},
): Promise<{ ours: number; theirs: number }> {
  const times: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
  for (let round = -2; round < ROUNDS; round++) {
    prepare(round);
    for (const [side, run] of [["ours", ours], ["theirs", theirs]] as const) {
      const start = performance.now();
      await run(round);
      if (round >= 0) times[side].push(performance.now() - start);
    }
  }
  return { ours: median(times.ours), theirs: median(times.theirs) };
}

async function encodeCounters(series: number): Promise<Row> {
  const registry = new Registry();
  const theirRegistry = new promClient.Registry();
  const sets = labelSets(series / FAMILIES);
  const pairs = Array.from({ length: FAMILIES }, (_, i) => {
    const name = `bench_http_requests_${i}_total`;
    const help = "Requests served.";
    return {
      ours: registry.add(counter(name, help, LABEL_NAMES)),
      theirs: new promClient.Counter({ name, help, labelNames: LABEL_NAMES, registers: [theirRegistry] }),
    };
  });
  const times = await alternate(
    () => encode(registry.gather(), TEXT),
    async () => new TextEncoder().encode(await theirRegistry.metrics()),
    (round) => {
      for (const { ours, theirs } of pairs) {
        sets.forEach((labels, i) => {
          ours.inc(labels, value(i, round + 2));
          theirs.inc(labels, value(i, round + 2));
        });
      }
    },
  );
  return { name: `encode ${series / 1000}k counters x 5 labels, all changed`, unit: "ms", ...times };
}

async function encodeHistograms(children: number): Promise<Row> {
  const registry = new Registry();
  const theirRegistry = new promClient.Registry();
  const [name, help] = ["bench_request_duration_seconds", "Time to answer."];
  const ours = registry.add(histogram(name, help, LABEL_NAMES, { buckets: BUCKETS }));
  const config = { name, help, labelNames: LABEL_NAMES, buckets: BUCKETS, registers: [theirRegistry] };
  const theirs = new promClient.Histogram(config);
  const sets = labelSets(children);
  const times = await alternate(
    () => encode(registry.gather(), TEXT),
    async () => new TextEncoder().encode(await theirRegistry.metrics()),
    (round) =>
      sets.forEach((labels, i) => {
        const seconds = (i * 13 + round + 2) % 300 / 10;
        ours.observe(labels, seconds);
        theirs.observe(labels, seconds);
      }),
  );
  return { name: `encode ${children / 1000}k histograms x ${BUCKETS.length} buckets`, unit: "ms", ...times };
}

async function perCall(name: string, ours: (i: number) => void, theirs: (i: number) => void): Promise<Row> {
  const calls = 200_000;
  function repeat(call: (i: number) => void): void {
    for (let i = 0; i < calls; i++) call(i);
  }
  const times = await alternate(() => repeat(ours), () => repeat(theirs));
  return { name, unit: "ns", ours: times.ours / calls * 1e6, theirs: times.theirs / calls * 1e6 };
}

async function hotPath(): Promise<Row[]> {
  const registry = new Registry();
  const theirRegistry = new promClient.Registry();
  const sets = labelSets(1000);
  const common = { help: "Requests served.", registers: [theirRegistry] };
  const ours = registry.add(counter("hot_total", common.help, LABEL_NAMES));
  const theirs = new promClient.Counter({ name: "hot_total", labelNames: LABEL_NAMES, ...common });
  const bare = registry.add(counter("bare_total", common.help));
  const theirBare = new promClient.Counter({ name: "bare_total", ...common });
  const latency = registry.add(histogram("hot_seconds", common.help, LABEL_NAMES, { buckets: BUCKETS }));
  const theirLatency = new promClient.Histogram({
    name: "hot_seconds",
    labelNames: LABEL_NAMES,
    buckets: BUCKETS,
    ...common,
  });
  const handles = sets.map((labels) => ours.labels(labels));
  const theirHandles = sets.map((labels) => theirs.labels(labels));
  return [
    await perCall("inc() with a 5-label object", (i) => ours.inc(sets[i % 1000]!), (i) => theirs.inc(sets[i % 1000]!)),
    await perCall("inc() on a handle", (i) => handles[i % 1000]!.inc(), (i) => theirHandles[i % 1000]!.inc()),
    await perCall("inc() without labels", () => bare.inc(), () => theirBare.inc()),
    await perCall(
      "observe() with a 5-label object",
      (i) => latency.observe(sets[i % 1000]!, i % 30),
      (i) => theirLatency.observe(sets[i % 1000]!, i % 30),
    ),
  ];
}

const rows: Row[] = [
  await encodeCounters(10_000),
  await encodeCounters(100_000),
  await encodeHistograms(10_000),
  ...await hotPath(),
];
console.log(JSON.stringify(rows));
