import { decimal } from "./_number.ts";

/** The lines of a file without the last line end. */
export function linesOf(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** The fields of a line, which any white space separates. */
export function fieldsOf(line: string): string[] {
  return line.trim().split(/\s+/);
}

/** The numbers that fields are, or `undefined` if one of them is none. */
export function numbersOf(fields: readonly string[]): number[] | undefined {
  const numbers = fields.map(decimal);
  return numbers.some(Number.isNaN) ? undefined : numbers;
}
