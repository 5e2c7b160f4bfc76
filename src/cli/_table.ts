/** Lines of a table: columns as wide as their widest cell, numbers to the right, nothing behind the last cell. */
export function tableLines(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const isNumber = header.map((_, column) => rows.every((row) => /^\d/.test(row[column] ?? "")));
  return all.map((row) =>
    row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return isNumber[column] ? cell.padStart(width) : cell.padEnd(width);
    }).join("  ").trimEnd()
  );
}
