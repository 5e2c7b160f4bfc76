import type { Description } from "../model/description.ts";
import type { Exemplar } from "../model/exemplar.ts";
import type { Family } from "../model/family.ts";
import type { NativeBuckets, NativeHistogram } from "../model/native_histogram.ts";
import type { Writer } from "../model/writer.ts";

/** A family with everything that its column says, as data that {@link toJson} writes. */
export interface StoredFamily {
  /** The description without what brings code along; its numbers are {@link StoredNumber}. */
  readonly description: Description;
  readonly series: readonly StoredSeries[];
}

/** A number as JSON has it, or the text of one that JSON does not have. */
export type StoredNumber = number | string;

interface StoredSeries {
  /** Label values in declared order, `null` for one that it lacks. */
  readonly labels: readonly (string | null)[];
  /** The numbers of its slot. */
  readonly values: readonly StoredNumber[];
  readonly createdMs?: number;
  readonly timestampMs?: number;
  /** Exemplars by the position of their value. */
  readonly exemplars?: readonly (readonly [position: number, exemplar: StoredExemplar])[];
  readonly native?: Omit<NativeHistogram, "exemplars"> & { readonly exemplars?: readonly StoredExemplar[] };
}

interface StoredExemplar extends Omit<Exemplar, "value"> {
  readonly value: StoredNumber;
}

/** What a family shows now. Quantiles that are computed are stored as they are now. */
export function storedFamily(family: Family): StoredFamily {
  const { index, width } = family;
  const { column, release } = family.pin();
  const series: StoredSeries[] = [];
  for (let slot = 0; slot < column.stamps.length; slot++) {
    if (!column.has(slot)) continue;
    const base = slot * width;
    series.push({
      labels: index.values(slot).map((value) => value ?? null),
      values: [...column.values.subarray(base, base + width)],
      createdMs: known(column.created?.[slot]),
      timestampMs: known(column.timestamps?.[slot]),
      exemplars: column.exemplars && exemplarsOf(column.exemplars, base, width),
      native: nativeOf(column.natives?.[slot]),
    });
  }
  release();
  return { description: dataOf(family.description), series };
}

/**
 * Writes a stored family to a column.
 *
 * @param open Opens the column of its description.
 */
export function writeFamily({ description, series }: StoredFamily, open: (description: Description) => Writer): void {
  const writer = open(description);
  const { width } = writer.family;
  for (const { labels, values, createdMs, timestampMs, exemplars = [], native } of series) {
    const slot = writer.slotOfValues(labels.map((value) => value ?? undefined));
    writer.values.set(values.map(Number), slot * width);
    if (createdMs !== undefined) writer.setCreated(slot, createdMs);
    if (timestampMs !== undefined) writer.setTimestamp(slot, timestampMs);
    for (const [i, exemplar] of exemplars) writer.setExemplar(slot * width + i, asExemplar(exemplar));
    writer.setNative(slot, native && { ...native, exemplars: native.exemplars?.map(asExemplar) });
    // Its quantiles are among the values; what they were computed from is not stored.
    if (writer.windows !== undefined) writer.windows[slot] = undefined;
  }
}

/** A description without what brings code along. */
export function dataOf(description: Description): Description {
  return JSON.parse(toJson(description));
}

/** JSON, with texts for the numbers that it does not have. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, inner) => {
    if (Object.is(inner, -0)) return "-0";
    return typeof inner === "number" && !Number.isFinite(inner) ? String(inner) : inner;
  });
}

function known(timeMs: number | undefined): number | undefined {
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

function exemplarsOf(
  exemplars: ReadonlyMap<number, Exemplar>,
  base: number,
  width: number,
): StoredSeries["exemplars"] {
  const positions = Array.from({ length: width }, (_, i) => i).filter((i) => exemplars.has(base + i));
  return positions.map((i) => [i, exemplars.get(base + i)!]);
}

function nativeOf(native: NativeHistogram | undefined): StoredSeries["native"] {
  if (native === undefined) return undefined;
  const { schema, zeroThreshold, zeroCount, positive, negative, exemplars } = native;
  return {
    schema,
    zeroThreshold,
    zeroCount,
    positive: bucketsOf(positive),
    negative: bucketsOf(negative),
    // A list that is changed later on.
    exemplars: exemplars && [...exemplars],
  };
}

function bucketsOf({ indices, counts, length }: NativeBuckets): NativeBuckets {
  return { indices: Array.from(indices).slice(0, length), counts: Array.from(counts).slice(0, length), length };
}

function asExemplar(stored: StoredExemplar): Exemplar {
  return { ...stored, value: Number(stored.value) };
}
