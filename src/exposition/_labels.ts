import type { Family, Snapshot } from "../model/family.ts";
import type { LabelIndex } from "../model/label_index.ts";
import type { Dialect, WrittenOrder } from "./dialect.ts";
import { type Fragments, fragmentsOf } from "./_fragments.ts";
import { escapeText, labelToken, type Naming } from "./_naming.ts";
import { copyText } from "./_output.ts";
import { Texts } from "./_samples.ts";

/** Writes the labels of series, with a comma between. */
export interface LabelsWriter {
  /** The bytes of the labels, which must be prepared for the slots that are written. */
  readonly fragments: Fragments;
  /** No series that was prepared has more bytes of labels than this. */
  readonly mostBytes: number;
  /** Whether a slot has labels. */
  hasLabels(slot: number): boolean;
  /** Writes the labels of a slot, which must have some, behind a byte, and returns the position behind them. */
  copy(slot: number, to: DataView, at: number): number;
}

/** The writer for the labels of a family. */
export function labelsWriter({ family }: Snapshot, naming: Naming, { labels }: Dialect): LabelsWriter {
  if (labels !== undefined) return new WrittenLabels(family, naming, labels);
  return new DeclaredLabels(family.index, labelsOf(family, naming));
}

/** A series' labels: `a="1"`, and `,b="2"`. */
export function labelsOf(family: Family, { labelNames, key }: Naming): Fragments {
  return fragmentsOf(family, `labels ${key}`, () => {
    const tokens = labelNames.map(labelToken);
    return (output, position, text) => {
      if (text === undefined) return;
      output.text(`${position === 0 ? "" : ","}${tokens[position]}="${escapeText(text)}"`);
    };
  });
}

/** A series' labels, each with a comma before it. */
function writtenLabelsOf(family: Family, { labelNames, key }: Naming): Fragments {
  return fragmentsOf(family, `written labels ${key}`, () => {
    const tokens = labelNames.map(labelToken);
    return (output, position, text) => {
      if (text !== undefined) output.text(`,${tokens[position]}="${escapeText(text)}"`);
    };
  });
}

/** Labels in declared order. */
class DeclaredLabels implements LabelsWriter {
  readonly fragments: Fragments;
  readonly #index: LabelIndex;

  constructor(index: LabelIndex, fragments: Fragments) {
    this.#index = index;
    this.fragments = fragments;
  }

  get mostBytes(): number {
    return this.fragments.mostBytes;
  }

  hasLabels(slot: number): boolean {
    return this.fragments.measure(this.#index.ids, slot * this.#index.names.length) > 0;
  }

  /** Leaves out the comma before the first label that the series has. */
  copy(slot: number, to: DataView, start: number): number {
    const { tables, view } = this.fragments;
    const { ids } = this.#index;
    const base = slot * tables.length;
    let at = start;
    for (let i = 0; i < tables.length; i++) {
      const entry = 2 * ids[base + i]!;
      const length = tables[i]![entry + 1]!;
      if (length === 0) continue;
      const comma = at === start && i > 0 ? 1 : 0;
      at = copyText(view, tables[i]![entry]! + comma, length - comma, to, at);
    }
    return at;
  }
}

/** Labels in the order in which they were written, and those that all series have. */
class WrittenLabels implements LabelsWriter {
  readonly fragments: Fragments;
  readonly #index: LabelIndex;
  /** The order of families that do not keep the written one. */
  readonly #declared: readonly number[];
  readonly #constants: Texts;
  /** The position of the label that takes the place of each constant, or -1. */
  readonly #replaced: readonly number[];
  readonly #constantsFirst: boolean;

  constructor(family: Family, naming: Naming, { constants }: WrittenOrder) {
    const { index, description } = family;
    this.#index = index;
    this.#declared = index.names.map((_, position) => position);
    this.fragments = writtenLabelsOf(family, naming);
    this.#constants = new Texts(
      Object.entries(constants).map(([name, text]) => `,${labelToken(name)}="${escapeText(text)}"`),
    );
    this.#replaced = Object.keys(constants).map((name) => index.names.indexOf(name));
    this.#constantsFirst = description.type === "histogram";
  }

  get mostBytes(): number {
    return this.fragments.mostBytes + this.#constants.length;
  }

  hasLabels(slot: number): boolean {
    return this.#constants.length > 0 || this.#positionsOf(slot).length > 0;
  }

  /** All of them have a comma before: that of the first takes the place of the byte before, which comes back. */
  copy(slot: number, to: DataView, start: number): number {
    const before = to.getUint8(start - 1);
    let at = start - 1;
    if (this.#constantsFirst) at = this.#copyConstants(slot, to, at);
    at = this.#copyOwn(slot, to, at);
    if (!this.#constantsFirst) at = this.#copyConstants(slot, to, at);
    to.setUint8(start - 1, before);
    return at;
  }

  #copyOwn(slot: number, to: DataView, start: number): number {
    const { ids, names } = this.#index;
    const { tables, view } = this.fragments;
    const positions = this.#positionsOf(slot);
    const base = slot * names.length;
    let at = start;
    for (let i = 0; i < positions.length; i++) {
      const position = positions[i]!;
      const entry = 2 * ids[base + position]!;
      at = copyText(view, tables[position]![entry]!, tables[position]![entry + 1]!, to, at);
    }
    return at;
  }

  #positionsOf(slot: number): readonly number[] {
    const { spellings } = this.#index;
    return spellings === undefined ? this.#declared : spellings.of(slot).positions;
  }

  #copyConstants(slot: number, to: DataView, start: number): number {
    const { ids, names } = this.#index;
    let at = start;
    for (let i = 0; i < this.#replaced.length; i++) {
      const position = this.#replaced[i]!;
      if (position < 0 || ids[slot * names.length + position] === 0) at = this.#constants.copy(i, to, at);
    }
    return at;
  }
}
