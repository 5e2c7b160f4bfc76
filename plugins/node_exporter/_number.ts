/** A number in decimal digits, or `NaN` for anything else; unlike `Number`, also for an empty text. */
export function decimal(text: string | undefined): number {
  return text !== undefined && /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
}

/** A number in hexadecimal digits without prefix, or `NaN` for anything else. */
export function hexadecimal(text: string | undefined): number {
  return text !== undefined && /^[0-9a-f]+$/i.test(text) ? parseInt(text, 16) : NaN;
}
