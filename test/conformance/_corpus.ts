import { counter, gauge, histogram, info, stateSet, summary, untyped } from "@exporterkit/core";
import { encode, type Format, negotiate } from "@exporterkit/core/exposition";
import { Registry } from "@exporterkit/core/metrics";
import fc from "fast-check";

/** One sample as a reader must see it. */
export interface ExpectedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What is exposed, and what a reader must make of it. */
export interface Corpus {
  readonly registry: Registry;
  /** In the order in which they are written; bounds and quantiles as text spells them. */
  readonly samples: readonly ExpectedSample[];
}

/** The media types under which a corpus is encoded. */
export const ACCEPT = {
  text: "text/plain;version=0.0.4",
  openmetrics: "application/openmetrics-text;version=1.0.0",
} as const;

/** The exposition of a corpus. */
export function expositionOf({ registry }: Corpus, format: keyof typeof ACCEPT): Uint8Array {
  return encode(registry.snapshots(), negotiate(ACCEPT[format]));
}

/** One of everything, named as a linter wants it. */
export function tidyCorpus(): Corpus {
  const registry = new Registry();
  const samples: ExpectedSample[] = [];
  function expect(name: string, labels: Record<string, string>, value: number): void {
    samples.push({ name, labels, value });
  }

  registry.add(info("app_build_info", "What is running.", ["version", "revision"])).set({
    version: "1.2",
    revision: "",
  });
  expect("app_build_info", { version: "1.2", revision: "" }, 1);

  const bytes = registry.add(gauge("app_cache_bytes", "Size of the cache.", ["tier"], { unit: "bytes" }));
  bytes.set({ tier: "memory" }, 1_048_576);
  bytes.set({ tier: "disk" }, 1.5e12);
  expect("app_cache_bytes", { tier: "memory" }, 1_048_576);
  expect("app_cache_bytes", { tier: "disk" }, 1.5e12);

  const door = registry.add(stateSet("app_door", "State of the doors.", ["room"], { states: ["open", "shut"] }));
  door.set({ room: "attic" }, "shut");
  expect("app_door", { room: "attic", app_door: "open" }, 0);
  expect("app_door", { room: "attic", app_door: "shut" }, 1);

  const pause = registry.add(
    summary("app_gc_pause_seconds", "Pauses.", ["gen"], { quantiles: [0, 0.5, 1], unit: "seconds" }),
  );
  pause.set({ gen: 1 }, { quantiles: [0.0001, NaN, 2], count: 12, sum: 1.25 });
  expect("app_gc_pause_seconds", { gen: "1", quantile: "0" }, 0.0001);
  expect("app_gc_pause_seconds", { gen: "1", quantile: "0.5" }, NaN);
  expect("app_gc_pause_seconds", { gen: "1", quantile: "1" }, 2);
  expect("app_gc_pause_seconds_sum", { gen: "1" }, 1.25);
  expect("app_gc_pause_seconds_count", { gen: "1" }, 12);

  registry.add(summary("app_plain_seconds", "Plain.")).observe(0.5);
  expect("app_plain_seconds_sum", {}, 0.5);
  expect("app_plain_seconds_count", {}, 1);

  const latency = registry.add(
    histogram("app_request_seconds", "Time to answer.", ["path"], { buckets: [0.05, 1, 1e6], unit: "seconds" }),
  );
  latency.set({ path: "/" }, { buckets: [24_054, 133_988, 1_000_000], count: 14_432_000, sum: 53_423.5 });
  expect("app_request_seconds_bucket", { path: "/", le: "0.05" }, 24_054);
  expect("app_request_seconds_bucket", { path: "/", le: "1" }, 133_988);
  expect("app_request_seconds_bucket", { path: "/", le: "1e+06" }, 1_000_000);
  expect("app_request_seconds_bucket", { path: "/", le: "+Inf" }, 14_432_000);
  expect("app_request_seconds_sum", { path: "/" }, 53_423.5);
  expect("app_request_seconds_count", { path: "/" }, 14_432_000);

  const requests = registry.add(counter("app_requests_total", "Requests served.", ["code"]));
  requests.inc({ code: 200 }, 1027);
  requests.inc({ code: 500 }, 0.5);
  expect("app_requests_total", { code: "200" }, 1027);
  expect("app_requests_total", { code: "500" }, 0.5);

  registry.add(histogram("app_size_bytes", "Sizes.", [], { buckets: [] })).observe(3);
  expect("app_size_bytes_bucket", { le: "+Inf" }, 1);
  expect("app_size_bytes_sum", {}, 3);
  expect("app_size_bytes_count", {}, 1);

  registry.add(untyped("app_thing", "Who knows.")).set(-7);
  expect("app_thing", {}, -7);

  const wait = registry.add(
    summary("app_wait_seconds", "Time in the queue.", ["queue"], { quantiles: [0.5, 1], window: true }),
  );
  for (const seconds of [3, 1]) wait.observe({ queue: "mail" }, seconds);
  expect("app_wait_seconds", { queue: "mail", quantile: "0.5" }, 2);
  expect("app_wait_seconds", { queue: "mail", quantile: "1" }, 3);
  expect("app_wait_seconds_sum", { queue: "mail" }, 4);
  expect("app_wait_seconds_count", { queue: "mail" }, 2);
  return { registry, samples };
}

/** Name, type, unit and help of each family of the tidy corpus, as each syntax is able to say them. */
export const METADATA: Record<
  Format["syntax"],
  readonly (readonly [name: string, type: string, unit: string, help: string])[]
> = {
  text: [
    ["app_build_info", "gauge", "", "What is running."],
    ["app_cache_bytes", "gauge", "", "Size of the cache."],
    ["app_door", "gauge", "", "State of the doors."],
    ["app_gc_pause_seconds", "summary", "", "Pauses."],
    ["app_plain_seconds", "summary", "", "Plain."],
    ["app_request_seconds", "histogram", "", "Time to answer."],
    ["app_requests_total", "counter", "", "Requests served."],
    ["app_size_bytes", "histogram", "", "Sizes."],
    ["app_thing", "unknown", "", "Who knows."],
    ["app_wait_seconds", "summary", "", "Time in the queue."],
  ],
  openmetrics: [
    ["app_build", "info", "", "What is running."],
    ["app_cache_bytes", "gauge", "bytes", "Size of the cache."],
    ["app_door", "stateset", "", "State of the doors."],
    ["app_gc_pause_seconds", "summary", "seconds", "Pauses."],
    ["app_plain_seconds", "summary", "", "Plain."],
    ["app_request_seconds", "histogram", "seconds", "Time to answer."],
    ["app_requests", "counter", "", "Requests served."],
    ["app_size_bytes", "histogram", "", "Sizes."],
    ["app_thing", "unknown", "", "Who knows."],
    ["app_wait_seconds", "summary", "", "Time in the queue."],
  ],
  protobuf: [
    ["app_build_info", "gauge", "", "What is running."],
    ["app_cache_bytes", "gauge", "bytes", "Size of the cache."],
    ["app_door", "gauge", "", "State of the doors."],
    ["app_gc_pause_seconds", "summary", "seconds", "Pauses."],
    ["app_plain_seconds", "summary", "", "Plain."],
    ["app_request_seconds", "histogram", "seconds", "Time to answer."],
    ["app_requests_total", "counter", "", "Requests served."],
    ["app_size_bytes", "histogram", "", "Sizes."],
    ["app_thing", "unknown", "", "Who knows."],
    ["app_wait_seconds", "summary", "", "Time in the queue."],
  ],
};

/** Texts and numbers at the edges: escapes, separators, other alphabets, lone surrogates, numbers of every size. */
export function oddCorpus(): Corpus {
  const registry = new Registry();
  const samples: ExpectedSample[] = [];
  const texts = [
    ...new Set([...ODD_TEXTS, ...fc.sample(anyText, { numRuns: 200, seed: 2 })].map((text) => text.toWellFormed())),
  ];
  const values = [...ODD_NUMBERS, ...fc.sample(fc.double(), { numRuns: 500, seed: 3 })];

  const labels = registry.add(gauge("odd_labels", 'Help with \\ and "quotes"\nand é日😀 \ud800.', ["a", "b"]));
  texts.forEach((text, i) => {
    labels.set({ a: text, b: texts.at(-1 - i)! }, i);
    samples.push({ name: "odd_labels", labels: { a: text, b: texts.at(-1 - i)! }, value: i });
  });
  const numbers = registry.add(gauge("odd_numbers", "Numbers.", ["n"]));
  values.forEach((value, n) => {
    numbers.set({ n }, value);
    samples.push({ name: "odd_numbers", labels: { n: String(n) }, value });
  });
  return { registry, samples };
}

/** One of every kind under names that only readers of UTF-8 names take as they are. */
export function namesCorpus(): Corpus {
  const registry = new Registry();
  const samples: ExpectedSample[] = [];
  function expect(name: string, labels: Record<string, string>, value: number): void {
    samples.push({ name, labels, value });
  }

  registry.add(gauge("1st.place", "A digit first.", ["2nd"])).set({ "2nd": "x" }, 1);
  expect("1st.place", { "2nd": "x" }, 1);

  registry.add(info("build.jdk_info", "Dots and a suffix.", ["vm.name"])).set({ "vm.name": "a.b" });
  expect("build.jdk_info", { "vm.name": "a.b" }, 1);

  registry.add(stateSet("door.state", "Its own label has dots.", ["room"], { states: ["open", "shut"] }))
    .set({ room: "attic" }, "shut");
  expect("door.state", { room: "attic", "door.state": "open" }, 0);
  expect("door.state", { room: "attic", "door.state": "shut" }, 1);

  registry.add(untyped('quotes"and\\slashes\nand lines', "Escapes.", ['"\\\n'])).set({ '"\\\n': '"\\\n' }, 2);
  expect('quotes"and\\slashes\nand lines', { '"\\\n': '"\\\n' }, 2);

  const latency = registry.add(histogram("rpc.seconds", "Suffixes behind dots.", ["rpc.method"], { buckets: [0.5] }));
  latency.set({ "rpc.method": "Get" }, { buckets: [2], count: 3, sum: 4 });
  expect("rpc.seconds_bucket", { "rpc.method": "Get", le: "0.5" }, 2);
  expect("rpc.seconds_bucket", { "rpc.method": "Get", le: "+Inf" }, 3);
  expect("rpc.seconds_sum", { "rpc.method": "Get" }, 4);
  expect("rpc.seconds_count", { "rpc.method": "Get" }, 3);

  registry.add(gauge("with:colons_and__underscores", "A legacy name that schemes change.", ["a_b"]))
    .set({ a_b: "c_d" }, 5);
  expect("with:colons_and__underscores", { a_b: "c_d" }, 5);

  const pause = registry.add(summary("été.en.pause", "Other letters.", ["région"], { quantiles: [0.9] }));
  pause.set({ région: "日本" }, { quantiles: [6], count: 7, sum: 8 });
  expect("été.en.pause", { région: "日本", quantile: "0.9" }, 6);
  expect("été.en.pause_sum", { région: "日本" }, 8);
  expect("été.en.pause_count", { région: "日本" }, 7);

  registry.add(counter("日本.requests_total", "Other alphabets.", ["😀"])).inc({ "😀": "" }, 9);
  expect("日本.requests_total", { "😀": "" }, 9);
  return { registry, samples };
}

const ODD_TEXTS = [
  "",
  " ",
  "\\",
  "\\\\",
  "\\n",
  "\n",
  '"',
  '\\"',
  '",x="',
  "{}",
  "} 1",
  "#",
  "# EOF",
  ",",
  "=",
  "\t",
  "\r",
  "\r\n",
  "\u2028",
  "\u0085",
  "\u0001",
  "\x7f",
  "\ufeff",
  "é",
  "日本",
  "😀",
  "\ud800",
  "x".repeat(10_000),
];
const ODD_NUMBERS = [
  0,
  -0,
  1,
  -1,
  999_999,
  1_000_000,
  1_234_567.5,
  0.0001,
  0.00001,
  0.1 + 0.2,
  2 ** 53,
  2 ** 64,
  1e21,
  5e-324,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  NaN,
  Infinity,
  -Infinity,
];
// No NUL: one reader takes texts from a C string.
const anyText = fc.string({ unit: "binary", maxLength: 20 }).map((text) => text.replaceAll("\0", ""));
