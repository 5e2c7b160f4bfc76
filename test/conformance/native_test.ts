/** Native histograms, from observations to what two independent readers of the protobuf format make of them. */
import { encode } from "@exporterkit/core/exposition";
import { histogram, Registry, withHistogramKind } from "@exporterkit/core/metrics";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatOf } from "./_formats.ts";
import { judgeScrape, needsJudge } from "./_judge.ts";
import { decodeProtobuf, type ProtoHistogram } from "./_protobuf.ts";

const PROTOBUF = formatOf("protobuf");
const NOW = 1_700_000_000_000;

/** The buckets of the worked example in the native histogram specification, by index. */
const EXAMPLE: [index: number, count: number][] = [[-2, 3], [-1, 5], [2, 1], [4, 3], [5, 2]];

function observed(): Registry {
  const registry = new Registry({ now: () => NOW });
  const latency = registry.add(histogram("rpc_seconds", "Time.", ["path"], { native: { factor: 1.1 } }));
  // The middle of bucket i lies half a step below its upper bound, and a step is an eighth of a doubling.
  for (const [index, count] of EXAMPLE) {
    for (let i = 0; i < count; i++) latency.observe({ path: "/" }, 2 ** ((index - 0.5) / 8));
  }
  return registry;
}

function decoded(registry: Registry): ProtoHistogram {
  return decodeProtobuf(encode(registry.snapshots(), PROTOBUF))[0]!.metric![0]!.histogram!;
}

describe("a native histogram as protobuf", () => {
  it("has the schema, spans and differences of its observations", () => {
    const { schema, zeroThreshold, zeroCount, sampleCount, positiveSpan, positiveDelta, negativeSpan, bucket } =
      decoded(
        observed(),
      );
    assert.deepEqual([schema, zeroThreshold, zeroCount, sampleCount], [3, 2 ** -128, 0, 14]);
    assert.deepEqual(positiveSpan, [{ offset: -2, length: 8 }]);
    assert.deepEqual(positiveDelta, [3, 2, -5, 0, 1, -1, 3, -1]);
    assert.deepEqual([negativeSpan ?? [], bucket ?? []], [[], []]);
  });

  it("carries its created time, and exemplars with theirs", () => {
    const registry = new Registry({ now: () => NOW });
    registry.add(histogram("h", "H.", [], { native: true })).observe(2, { exemplar: { trace_id: "x" } });
    const { createdTimestamp, exemplars } = decoded(registry);
    assert.equal(createdTimestamp?.seconds, NOW / 1000);
    assert.deepEqual(exemplars?.map(({ label, value, timestamp }) => [label, value, timestamp?.seconds]), [
      [[{ name: "trace_id", value: "x" }], 2, NOW / 1000],
    ]);
  });

  it("is known for a native one although it is empty and has no zero bucket", () => {
    const registry = new Registry();
    const empty = { schema: 0, zeroThreshold: 0, zeroCount: 0, positive: { indices: [], counts: [], length: 0 } };
    registry.add(histogram("h", "H.", [], { native: true }))
      .set({ count: 0, sum: 0, native: { ...empty, negative: empty.positive } });
    assert.deepEqual(decoded(registry).positiveSpan, [{ offset: 0, length: 0 }]);
  });

  it("has classic buckets beside it where both are asked for", () => {
    const registry = new Registry();
    registry.add(histogram("h", "H.", [], { native: true, buckets: [1, 2] })).observe(1.5);
    const { bucket, positiveDelta } = decoded(registry);
    assert.deepEqual(bucket?.map(({ upperBound, cumulativeCount }) => [upperBound, cumulativeCount]), [[1, 0], [2, 1]]);
    assert.deepEqual(positiveDelta, [1]);
  });

  it("is classic where an upstream has no native buckets, although settings chose those", () => {
    const registry = new Registry();
    const both = registry.add(withHistogramKind(histogram("h", "H.", ["a"], { buckets: [1, 2] }), "native"));
    both.set({ a: "classic" }, { buckets: [3, 4], count: 5, sum: 6 });
    both.observe({ a: "native" }, 1.5);
    const [classic, native] = decodeProtobuf(encode(registry.snapshots(), PROTOBUF))[0]!.metric!;
    assert.deepEqual(classic!.histogram, {
      sampleCount: 5,
      sampleSum: 6,
      bucket: [{ cumulativeCount: 3, upperBound: 1 }, { cumulativeCount: 4, upperBound: 2 }],
      createdTimestamp: classic!.histogram!.createdTimestamp,
    });
    const { sampleCount, sampleSum, bucket, schema, positiveDelta } = native!.histogram!;
    assert.deepEqual([sampleCount, sampleSum, bucket, schema, positiveDelta], [1, 1.5, undefined, 3, [1]]);
  });

  it("is read by Prometheus", needsJudge(), async () => {
    const body = encode(observed().snapshots(), PROTOBUF);
    const { series, errors } = await judgeScrape(body, PROTOBUF.contentType, { native: true });
    assert.deepEqual(errors, []);
    const [judged] = series.map((one) => one.histogram).filter((one) => one !== undefined);
    assert.deepEqual([judged?.schema, judged?.count, judged?.float], [3, 14, false]);
    // The judge leaves the buckets out that are written although they are empty.
    assert.deepEqual(judged?.positiveSpans.map(({ offset, length }) => [offset, length]), [[-2, 2], [2, 1], [1, 2]]);
    assert.deepEqual(judged?.positiveBuckets, [3, 5, 1, 3, 2]);
  });
});
