/** Rows as text. */
import type { Row } from "./_measure.ts";

/** Who every other side is compared with. */
const OURS = "exporterkit";

/**
 * A table with a line per side: what it needed, and how many times that of ours it is. More than 1 means that ours needs less.
 */
export function format(rows: readonly Row[]): string {
  const lines = rows.flatMap(({ workload, unit, values, beside }) => {
    return Object.entries(values).map(([side, value], i) => {
      const ours = beside?.[side] ?? values[OURS];
      const isRatio = side !== OURS && typeof value === "number" && typeof ours === "number" && ours > 0;
      return [
        i === 0 ? workload : "",
        side,
        typeof value === "number" ? `${rounded(value)} ${unit}` : value,
        isRatio ? `${rounded(value / ours)}x` : "",
      ];
    });
  });
  const all = [["workload", "side", "needs", "times ours"], ...lines];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((line) => line[column]!.length)));
  return all
    .map((line) =>
      line.map((cell, i) => i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)).join("  ").trimEnd()
    )
    .join("\n");
}

function rounded(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString("en").replaceAll(",", "\u202f");
  return value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toPrecision(2);
}
