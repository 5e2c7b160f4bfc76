import { resized } from "../model/label_index.ts";
import { LINE_FEED } from "./_ascii.ts";
import type { NumberWriter } from "./dialect.ts";
import { Output } from "./_output.ts";
import { MAX_NUMBER_BYTES } from "./number.ts";

/** The values of consecutive lines as they are written, each with the line feed behind it. */
export class ValueTexts {
  /** The bytes, one value after the other. */
  readonly output: Output = new Output(4096);
  /** Where the text of each value starts, and behind the last one, where it ends. */
  starts = new Int32Array(1024);
  /** How many values there are. */
  count = 0;

  /** Forgets all values, and makes room for so many. */
  begin(values: number): void {
    this.output.length = 0;
    this.count = 0;
    if (values >= this.starts.length) this.starts = resized(this.starts, 2 * values);
  }

  /** Adds a value. */
  add(write: NumberWriter, value: number): void {
    const { output } = this;
    output.reserve(MAX_NUMBER_BYTES);
    const end = write(output.view, output.length, value);
    output.view.setUint8(end, LINE_FEED);
    output.length = end + 1;
    this.starts[++this.count] = end + 1;
  }

  /** How many digits two values have in common at their beginning. */
  common(value: number, other: number): number {
    const { view } = this.output;
    const { starts } = this;
    const start = starts[value]!;
    const startOther = starts[other]!;
    const most = Math.min(starts[value + 1]! - start, starts[other + 1]! - startOther) - 1;
    let common = 0;
    while (common < most && view.getUint8(start + common) === view.getUint8(startOther + common)) common++;
    return common;
  }
}
