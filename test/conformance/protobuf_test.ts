import { describe, it } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { encode } from "@exporterkit/core/exposition";
import { annotatedRegistry, LONGEST, TIMES } from "./_annotated.ts";
import { oddCorpus, tidyCorpus } from "./_corpus.ts";
import { registryOf, samplesOf } from "./_families.ts";
import { canonical, flatten } from "./_flatten.ts";
import { formatOf } from "./_formats.ts";
import { decodeProtobuf, type ProtoMetric } from "./_protobuf.ts";
import { randomFamilies } from "./_random_families.ts";

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/[0-9a-f]{2}/g)!, (pair) => parseInt(pair, 16));
}

const GAUGE = "1e 0a 02 75 70 12 01 68 18 01 22 13 0a 06 0a 01 61 12 01 62 12 09 09 00 00 00 00 00 00 f0 3f";
const NATIVE = "47 0a 0b 72 70 63 5f 73 65 63 6f 6e 64 73 18 04 22 36 3a 34 08 0e 11 00 00 00 00 00 80 32 40 28 06 " +
  "31 00 00 00 00 00 00 f0 37 38 00 62 04 08 03 10 02 62 04 08 04 10 01 62 04 08 02 10 02 68 06 68 04 68 07 68 04 68 01";

/** Worked examples of the format, so that the schema is known to be right before it judges anything. */
describe("decodeProtobuf()", () => {
  it("reads a gauge", () => {
    assert.deepEqual(decodeProtobuf(bytes(GAUGE)), [{
      name: "up",
      help: "h",
      type: "GAUGE",
      metric: [{ label: [{ name: "a", value: "b" }], gauge: { value: 1 } }],
    }]);
  });

  it("reads a native histogram, whose deltas come one by one or packed", () => {
    const histogram = {
      sampleCount: 14,
      sampleSum: 18.5,
      schema: 3,
      zeroThreshold: 2 ** -128,
      zeroCount: 0,
      positiveSpan: [{ offset: -2, length: 2 }, { offset: 2, length: 1 }, { offset: 1, length: 2 }],
      positiveDelta: [3, 2, -4, 2, -1],
    };
    const family = { name: "rpc_seconds", type: "HISTOGRAM", metric: [{ histogram }] };
    assert.deepEqual(decodeProtobuf(bytes(NATIVE)), [family]);
    const packed = NATIVE.replace("68 06 68 04 68 07 68 04 68 01", "6a 05 06 04 07 04 01")
      .replace("47 0a", "44 0a").replace("22 36 3a 34", "22 33 3a 31");
    assert.deepEqual(decodeProtobuf(bytes(packed)), [family]);
  });

  it("reads families one after another, and none from nothing", () => {
    assert.deepEqual(decodeProtobuf(bytes(GAUGE + NATIVE)).map(({ name }) => name), ["up", "rpc_seconds"]);
    assert.deepEqual(decodeProtobuf(new Uint8Array()), []);
  });

  const broken = {
    "a length beyond the end": GAUGE.replace("1e", "1f"),
    "a length within the family": GAUGE.replace("1e", "1d"),
    "an unfinished length": "80",
    "a broken string": GAUGE.replace("12 01 68", "12 01 ff"),
    "an unknown type": GAUGE.replace("18 01", "18 06"),
    "an unknown field": GAUGE.replace("18 01", "38 01"),
  };
  for (const [what, hex] of Object.entries(broken)) {
    it(`would find ${what}`, () => assert.throws(() => decodeProtobuf(bytes(hex))));
  }
});

describe("protobufjs", () => {
  const format = formatOf("protobuf");

  for (const [what, corpusOf] of Object.entries({ "one of every type": tidyCorpus, "odd labels": oddCorpus })) {
    it(`reads ${what} back`, () => {
      const corpus = corpusOf();
      const families = decodeProtobuf(encode(corpus.registry.snapshots(), format));
      assert.deepEqual(flatten(families), canonical(corpus));
    });
  }

  it("reads names, types, units and helps", () => {
    const families = decodeProtobuf(encode(tidyCorpus().registry.snapshots(), format));
    assert.deepEqual(families.map(({ name, type, unit, help }) => [name, type, unit, help]), [
      ["app_build_info", "GAUGE", undefined, "What is running."],
      ["app_cache_bytes", "GAUGE", "bytes", "Size of the cache."],
      ["app_door", "GAUGE", undefined, "State of the doors."],
      ["app_gc_pause_seconds", "SUMMARY", "seconds", "Pauses."],
      ["app_plain_seconds", "SUMMARY", undefined, "Plain."],
      ["app_request_seconds", "HISTOGRAM", "seconds", "Time to answer."],
      ["app_requests_total", "COUNTER", undefined, "Requests served."],
      ["app_size_bytes", "HISTOGRAM", undefined, "Sizes."],
      ["app_thing", "UNTYPED", undefined, "Who knows."],
      ["app_wait_seconds", "SUMMARY", undefined, "Time in the queue."],
    ]);
  });

  it("reads an odd help, whose lone surrogate is replaced", () => {
    const [family] = decodeProtobuf(encode(oddCorpus().registry.snapshots(), format));
    assert.equal(family?.help, 'Help with \\ and "quotes"\nand é日😀 \ufffd.');
  });

  it("reads timestamps, exemplars and created times", () => {
    const families = decodeProtobuf(encode(annotatedRegistry().snapshots(), format));
    const metrics = new Map(families.map(({ name, metric }) => [name, metric]));
    const createdTimestamp = moment(TIMES.created);
    const timestamp = moment(TIMES.exemplar);
    const [ok, failed] = metrics.get("noted_requests_total") as ProtoMetric[];
    const label = [{ name: "trace_id", value: LONGEST.trace_id }];
    assert.equal(ok?.timestampMs, TIMES.sample);
    assert.deepEqual(ok?.counter, { value: 17, exemplar: { label, value: 0.5, timestamp }, createdTimestamp });
    assert.equal(failed?.timestampMs, undefined);
    assert.deepEqual(failed?.counter?.exemplar, { label: [{ name: "trace_id", value: "ü ," }], value: -1e7 });
    const [latency] = metrics.get("noted_seconds") as ProtoMetric[];
    assert.deepEqual(latency?.histogram?.createdTimestamp, createdTimestamp);
    assert.deepEqual(latency?.histogram?.bucket?.map(({ exemplar }) => exemplar?.value), [0.05, undefined, 7]);
    const [pause] = metrics.get("noted_pause_seconds") as ProtoMetric[];
    assert.deepEqual(pause?.summary?.createdTimestamp, createdTimestamp);
    const [ages] = metrics.get("noted_ages") as ProtoMetric[];
    assert.equal(ages?.histogram?.createdTimestamp, undefined);
  });

  it("reads any families back", () => {
    fc.assert(fc.property(randomFamilies("utf-8"), (families) => {
      const decoded = decodeProtobuf(encode(registryOf(families).snapshots(), format));
      assert.deepEqual(flatten(decoded), samplesOf(families));
    }));
  });
});

function moment(ms: number): { seconds: number; nanos: number } {
  return { seconds: Math.floor(ms / 1000), nanos: ms % 1000 * 1_000_000 };
}
