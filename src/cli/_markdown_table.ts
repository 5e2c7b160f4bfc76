/** A table in Markdown, its columns as wide as their widest cell; texts are shown as they are. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows.map((row) => row.map(escaped))];
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |`;
  return [line(header), line(widths.map((width) => "-".repeat(width))), ...all.slice(1).map(line)].join("\n");
}

/** A cell is one line, and shows angle brackets instead of taking them for HTML; what is code already stays. */
function escaped(text: string): string {
  const plain = text.replace(/\s+/g, " ").replaceAll("|", "\\|");
  return plain.startsWith("`") ? plain : plain.replace(/[<>\\](?!\|)/g, "\\$&");
}
