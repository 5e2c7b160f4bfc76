/** What was found where something else belongs. */
export interface Malformed {
  /** Line number, from 1. */
  readonly line: number;
  /** The line as it stands. */
  readonly text: string;
  /** What it should have been. */
  readonly expected: string;
}

/** The error of a file that cannot be understood. Long lines are cut. */
export function malformed(path: string, { line, text, expected }: Malformed): SyntaxError {
  const shown = text.length > 80 ? `${text.slice(0, 80)}...` : text;
  return new SyntaxError(`Cannot read ${path}: line ${line} is "${shown}", expected ${expected}`);
}
