import type { Description } from "../model/description.ts";
import type { Dialect } from "./dialect.ts";
import { bareSample, escapeText, labelToken, type Naming, sampleStart } from "./_naming.ts";
import { COPY_SLACK, copyText, UTF8 } from "./_output.ts";

/** One of the lines that every series of a family has. */
export interface Sample {
  /** Sample name, with its suffix. */
  readonly name: string;
  /** The label that only this sample has: `le="0.5"`; empty where it has none. */
  readonly label: string;
  /** Whether its value is a count. */
  readonly count: boolean;
  /** Whether it may have an exemplar. */
  readonly exemplar: boolean;
}

/** The samples of a series, in the order in which Prometheus' libraries write them. */
export function samplesOf(description: Description, naming: Naming, dialect: Dialect): Sample[] {
  const { stateLabel } = naming;
  const name = dialect.sampleName?.(description) ?? naming.name;
  const [sum, count] = dialect.totals(description);
  const totals = [
    { name: `${name}${sum}`, label: "", count: false, exemplar: false },
    { name: `${name}${count}`, label: "", count: true, exemplar: false },
  ];
  switch (description.type) {
    case "histogram":
    case "gaugehistogram": {
      const labels = [...description.buckets, Infinity].map((bound) => `le="${dialect.bound(bound)}"`);
      return [...labels.map((label) => ({ name: `${name}_bucket`, label, count: true, exemplar: true })), ...totals];
    }
    case "summary": {
      const labels = description.quantiles.map((quantile) =>
        `quantile="${description.percentiles ? quantile : dialect.bound(quantile)}"`
      );
      return [...labels.map((label) => ({ name, label, count: false, exemplar: false })), ...totals];
    }
    case "stateset": {
      const labels = description.states.map((state) => `${labelToken(stateLabel)}="${escapeText(state)}"`);
      return labels.map((label) => ({ name, label, count: false, exemplar: false }));
    }
    default:
      return [{ name, label: "", count: false, exemplar: true }];
  }
}

/** Texts that never change, as bytes next to each other. */
export class Texts {
  /** How many bytes all of them have. */
  readonly length: number;
  /** How many bytes each has. */
  readonly lengths: readonly number[];
  readonly #view: DataView;
  readonly #starts: number[] = [];

  constructor(texts: readonly string[]) {
    const encoded = texts.map((text) => UTF8.encode(text));
    this.lengths = encoded.map(({ length }) => length);
    this.length = this.lengths.reduce((sum, length) => sum + length, 0);
    const bytes = new Uint8Array(this.length + COPY_SLACK);
    let at = 0;
    for (const text of encoded) {
      this.#starts.push(at);
      bytes.set(text, at);
      at += text.length;
    }
    this.#view = new DataView(bytes.buffer);
  }

  /** Copies a text and returns the position behind it. */
  copy(text: number, to: DataView, at: number): number {
    return copyText(this.#view, this.#starts[text]!, this.lengths[text]!, to, at);
  }
}

/** What stands before the labels of each sample. */
export function headsOf(samples: readonly Sample[], { labels }: Dialect): string[] {
  return samples.map(({ name, label }) => {
    const isFirst = labels !== undefined && label !== "";
    return sampleStart(name) + (isFirst ? `${label},` : "");
  });
}

/** What stands between the labels of each sample and its value. */
export function tailsOf(samples: readonly Sample[], { labels }: Dialect): string[] {
  return samples.map(({ label }) => labels !== undefined || label === "" ? "} " : `,${label}} `);
}

/** What stands before the value of each sample of a series without labels. */
export function baresOf(samples: readonly Sample[]): string[] {
  return samples.map(({ name, label }) => label === "" ? `${bareSample(name)} ` : `${sampleStart(name)}${label}} `);
}
