/** Name of the metric for a name of the server's: in lower case, with `_` for what no name may hold. */
export function metricName(prefix: string, name: string): string {
  return `${prefix}_${name.toLowerCase().replace(/[^a-z0-9_]/g, "_")}`;
}
