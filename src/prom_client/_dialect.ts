import type { Description } from "../model/description.ts";
import type { Exemplar } from "../model/exemplar.ts";
import type { Dialect } from "../exposition/dialect.ts";
import { writeNumber, writeOpenMetricsCount } from "../exposition/number.ts";
import { openMetricsContentType, type RegistryContentType } from "./content_types.ts";
import type { ExemplarObject } from "./types.ts";

/** How a registry's text is written. */
export interface TextOptions {
  /** The content type that is asked for. */
  readonly contentType: RegistryContentType;
  /** The labels of all series. */
  readonly defaultLabels: Readonly<Record<string, string>>;
}

/** The text that prom-client writes, as a dialect of our encoders. */
export function dialectFor({ contentType, defaultLabels }: TextOptions): Dialect {
  const isOpenMetrics = contentType === openMetricsContentType;
  return {
    key: `prom-client ${isOpenMetrics} ${JSON.stringify(defaultLabels)}`,
    value: writeValue,
    count: writeValue,
    bound: formatValue,
    header: (description) => headerText(description, contentType),
    separator: separatorFor(contentType),
    showsEmpty: true,
    ...(isOpenMetrics ? { sampleName } : {}),
    totals: () => ["_sum", "_count"],
    labels: { constants: defaultLabels },
    timestamp: (_, at) => at,
    exemplar: isOpenMetrics ? (exemplar) => exemplarText(exemplarObject(exemplar)) : undefined,
    end: "",
    createdSamples: false,
  };
}

/** What stands between two families. */
export function separatorFor(contentType: RegistryContentType): string {
  return contentType === openMetricsContentType ? "" : "\n";
}

/** The lines before the first sample of a family. */
export function headerText(
  { name, help, type }: { readonly name: string; readonly help: string; readonly type: string },
  contentType: RegistryContentType,
): string {
  const family = contentType === openMetricsContentType && type === "counter" ? withoutTotal(name) : name;
  return `# HELP ${family} ${escapeHelp(help)}\n# TYPE ${family} ${type}\n`;
}

/** What samples of a family are called; in OpenMetrics, those of counters end in `_total`. */
export function sampleName({ name, type }: Pick<Description, "name"> & { readonly type: string }): string {
  return type === "counter" ? `${withoutTotal(name)}_total` : name;
}

/** What stands behind a value with an exemplar, whose time is in seconds. */
export function exemplarText({ labelSet, value, timestamp }: ExemplarObject): string {
  const pairs = Object.entries(labelSet).map(([name, text]) => `${name}="${escapeLabelValue(String(text))}"`);
  return ` # {${pairs.join(",")}} ${formatValue(value)} ${formatValue(timestamp)}`;
}

/** An exemplar as prom-client has it. */
export function exemplarObject({ labels, value, timestampMs = NaN }: Exemplar): ExemplarObject {
  return { labelSet: { ...labels }, value, timestamp: timestampMs / 1000 };
}

/** A value as JavaScript has it, apart from those that are not finite. */
export function formatValue(value: number): string {
  if (Number.isNaN(value)) return "Nan";
  if (value === Infinity) return "+Inf";
  return value === -Infinity ? "-Inf" : String(value);
}

/** A label value as it stands between quotes. */
export function escapeLabelValue(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}

function escapeHelp(help: string): string {
  return help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function withoutTotal(name: string): string {
  return name.replace(/_total$/, "");
}

/** JavaScript and Prometheus spell most numbers alike; whole ones have no exponent in JavaScript. */
function writeValue(view: DataView, at: number, value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return writeOpenMetricsCount(view, at, value);
  const size = Math.abs(value);
  if (size >= 1e-4 && size < 1e6) return writeNumber(view, at, value);
  const text = formatValue(value);
  for (let i = 0; i < text.length; i++) view.setUint8(at + i, text.charCodeAt(i));
  return at + text.length;
}
