import type { Description } from "../model/description.ts";
import type { Dialect, NumberWriter } from "./dialect.ts";
import type { Naming } from "./_naming.ts";
import { UTF8 } from "./_output.ts";
import { baresOf, headsOf, type Sample, samplesOf, tailsOf, Texts } from "./_samples.ts";

/** What never changes about the text of a family: all but labels and values. */
export interface FamilyText {
  /** The lines before its first sample. */
  readonly header: Uint8Array;
  /** The lines that every series has. */
  readonly samples: readonly Sample[];
  /** What writes the value of each. */
  readonly writers: readonly NumberWriter[];
  /** What stands before the labels of each. */
  readonly heads: Texts;
  /** What stands between the labels of each and its value. */
  readonly tails: Texts;
  /** What stands before the value of each where a series has no labels. */
  readonly bares: Texts;
  /** Whether the head of each is that of the one before. */
  readonly isRepeated: readonly boolean[];
}

const texts = new WeakMap<Naming, Map<string, FamilyText>>();

/** The text of a family, made once for each naming and dialect that is actually asked for. */
export function familyTextOf(description: Description, naming: Naming, dialect: Dialect): FamilyText {
  let byDialect = texts.get(naming);
  if (byDialect === undefined) texts.set(naming, byDialect = new Map());
  let text = byDialect.get(dialect.key);
  if (text === undefined) byDialect.set(dialect.key, text = createText(description, naming, dialect));
  return text;
}

function createText(description: Description, naming: Naming, dialect: Dialect): FamilyText {
  const samples = samplesOf(description, naming, dialect);
  const heads = headsOf(samples, dialect);
  return {
    header: UTF8.encode(dialect.header(description, naming)),
    samples,
    writers: samples.map(({ count }) => count ? dialect.count : dialect.value),
    heads: new Texts(heads),
    tails: new Texts(tailsOf(samples, dialect)),
    bares: new Texts(baresOf(samples)),
    isRepeated: heads.map((head, i) => head === heads[i - 1]),
  };
}
