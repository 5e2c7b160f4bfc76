/** Families of every kind, made up by fast-check. */
import fc from "fast-check";
import type { PlainFamily } from "./_families.ts";

/** Which names are made up: those that every Prometheus knows, or any that Prometheus 3 knows. */
export type NameKind = "legacy" | "utf-8";

/** A few families whose names differ, whatever escaping is applied; some only by what their types add to them. */
export function randomFamilies(names: NameKind): fc.Arbitrary<PlainFamily[]> {
  const bases = fc.uniqueArray(NAMES[names], { minLength: 1, maxLength: 4, selector: underscored });
  return bases.chain((chosen) => fc.tuple(...chosen.map((base) => relatedFamilies(base, names))))
    .map((related) => related.flat()).filter(haveOwnSamples);
}

function relatedFamilies(base: string, names: NameKind): fc.Arbitrary<PlainFamily[]> {
  const name = fc.constantFrom(base, base, base, `${base}_created`);
  return fc.array(name.chain((made) => randomFamily(made, names)), { minLength: 1, maxLength: 3 });
}

const TYPES = ["counter", "gauge", "unknown", "info", "stateset", "histogram", "summary"] as const;
const SUFFIXES: Partial<Record<PlainFamily["type"], string>> = { counter: "_total", info: "_info" };

// Never `__` at the start, which is Prometheus' own, and no suffix that says which kind of sample it is.
const NAMES: Record<NameKind, fc.Arbitrary<string>> = {
  legacy: fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_:]{0,11}$/),
  "utf-8": fc.oneof(
    fc.stringMatching(/^[a-z][a-z0-9_.]{0,11}$/),
    fc.string({ unit: "binary", minLength: 1, maxLength: 8 }).filter((name) =>
      name.isWellFormed() && !name.startsWith("__") && !name.includes("\0")
    ),
  ),
};
const LABEL_NAMES: Record<NameKind, fc.Arbitrary<string>> = {
  legacy: fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,7}$/),
  "utf-8": NAMES["utf-8"],
};
// No NUL: Prometheus' lexer knows it inside quotes only, and one reader takes texts from a C string.
const text = fc.string({ unit: "binary", maxLength: 12 }).map((made) => made.toWellFormed().replaceAll("\0", ""));
const help = text.filter((made) => made !== "");
const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 1e6, 999_999));
const total = fc.oneof(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }), fc.maxSafeNat());

function randomFamily(base: string, names: NameKind): fc.Arbitrary<PlainFamily> {
  return fc.constantFrom(...TYPES).chain((type) => {
    // The label that carries the states is named like the family, and no label of old may have a colon.
    const name = type === "stateset" ? base.replaceAll(":", "_") : `${base}${SUFFIXES[type] ?? ""}`;
    const reserved = new Set(["le", "quantile", underscored(name)]);
    const labelNames = fc.uniqueArray(LABEL_NAMES[names], { maxLength: 4, selector: underscored })
      .map((made) => made.filter((label) => !reserved.has(underscored(label))));
    return fc.tuple(help, labelNames).chain(([help, labelNames]) =>
      KINDS[type](seriesWith(labelNames)).map((made) => ({ type, name, help, labelNames, ...made }) as PlainFamily)
    );
  });
}

/** Series whose label sets differ, each with something of its kind. */
function seriesWith(labelNames: readonly string[]): Series {
  const labels = fc.tuple(...labelNames.map(() => text));
  return (more) =>
    fc.uniqueArray(fc.tuple(labels, more).map(([labels, more]) => ({ labels, ...more })), {
      minLength: 1,
      maxLength: labelNames.length === 0 ? 1 : 4,
      selector: ({ labels }) => JSON.stringify(labels),
    });
}

type Series = (more: fc.Arbitrary<object>) => fc.Arbitrary<object[]>;

const numbers = (series: Series) => fc.record({ series: series(fc.record({ value: number })) });

const KINDS: Record<PlainFamily["type"], (series: Series) => fc.Arbitrary<{ series: object[] }>> = {
  counter: (series) => fc.record({ series: series(fc.record({ value: total })) }),
  gauge: numbers,
  unknown: numbers,
  info: (series) => fc.record({ series: series(fc.record({})) }),
  stateset: (series) =>
    fc.uniqueArray(text, { minLength: 1, maxLength: 4 }).chain((states) =>
      fc.record({ states: fc.constant(states), series: series(fc.record({ state: fc.constantFrom(...states) })) })
    ),
  histogram: (series) =>
    ascending(fc.double({ noNaN: true, noDefaultInfinity: true })).chain((bounds) => {
      const value = fc.tuple(fc.array(fc.nat(), { minLength: bounds.length + 1, maxLength: bounds.length + 1 }), number)
        .map(([counts, sum]) => {
          const cumulative = counts.map((_, i) => counts.slice(0, i + 1).reduce((a, b) => a + b));
          return { buckets: cumulative.slice(0, -1), count: cumulative.at(-1)!, sum };
        });
      return fc.record({ bounds: fc.constant(bounds), series: series(value) });
    }),
  summary: (series) =>
    ascending(fc.double({ min: 0, max: 1, noNaN: true })).chain((quantiles) => {
      const values = fc.array(number, { minLength: quantiles.length, maxLength: quantiles.length });
      return fc.record({
        quantiles: fc.constant(quantiles),
        series: series(fc.record({ values, count: fc.maxSafeNat(), sum: number })),
      });
    }),
};

function ascending(numbers: fc.Arbitrary<number>): fc.Arbitrary<number[]> {
  return fc.uniqueArray(numbers.map((value) => value + 0), {
    maxLength: 5,
    selector: (value) => value === 0 ? 0 : value,
  })
    .map((made) => made.map((value) => value === 0 ? 0 : value).sort((a, b) => a - b));
}

/** What the scheme that loses most makes of a name: what differs here differs everywhere. */
function underscored(name: string): string {
  return Array.from(name, (c, i) => /[a-zA-Z_:]/.test(c) || (i > 0 && /[0-9]/.test(c)) ? c : "_").join("");
}

/** A histogram `x` and a gauge `x_sum` cannot be in one registry, nor can OpenMetrics tell its `x_created` from a gauge. */
function haveOwnSamples(families: readonly PlainFamily[]): boolean {
  const taken = families.flatMap(({ name, type }) => {
    const own = underscored(name);
    return [own, ...(WRITTEN_SUFFIXES[type] ?? []).map((suffix) => `${own}${suffix}`)];
  });
  return new Set(taken).size === taken.length;
}

const WRITTEN_SUFFIXES: Partial<Record<PlainFamily["type"], readonly string[]>> = {
  histogram: ["_bucket", "_sum", "_count", "_created"],
  summary: ["_sum", "_count", "_created"],
};
