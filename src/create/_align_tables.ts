/** Makes the columns of the Markdown tables in a text as wide as their widest cell. */
export function alignTables(markdown: string): string {
  return markdown.replace(/(?:^\|.*\|\n)+/gm, (table) => {
    const rows = table.trimEnd().split("\n").map((line) => line.slice(1, -1).split("|").map((cell) => cell.trim()));
    const widths = (rows[0] ?? []).map((_, column) =>
      Math.max(...rows.map((row) => isRule(row) ? 3 : row[column]?.length ?? 0))
    );
    const lines = rows.map((row) =>
      `| ${row.map((cell, i) => isRule(row) ? "-".repeat(widths[i] ?? 3) : cell.padEnd(widths[i] ?? 0)).join(" | ")} |`
    );
    return `${lines.join("\n")}\n`;
  });
}

/** Whether it is the line below the header. */
function isRule(row: readonly string[]): boolean {
  return row.every((cell) => /^-+$/.test(cell));
}
