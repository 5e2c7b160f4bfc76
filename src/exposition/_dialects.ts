import type { Description } from "../model/description.ts";
import { type Exemplar, exemplarCharacters, MAX_EXEMPLAR_CHARACTERS } from "../model/exemplar.ts";
import { SPACE } from "./_ascii.ts";
import { escapedLabels, escapeText, labelToken, nameToken } from "./_naming.ts";
import type { Dialect } from "./dialect.ts";
import type { Escaping, Format } from "./negotiate.ts";
import {
  formatNumber,
  formatOpenMetricsNumber,
  writeNumber,
  writeOpenMetricsCount,
  writeOpenMetricsNumber,
} from "./number.ts";

/** The dialect of a format. */
export function dialectOf(format: Format, options: { createdSamples?: boolean }): Dialect {
  if (format.syntax === "text") return TEXT;
  return {
    ...OPEN_METRICS,
    exemplar: (exemplar) => exemplarText(exemplar, format.escaping),
    createdSamples: options.createdSamples ?? false,
  };
}

const TEXT: Dialect = {
  key: "text",
  value: writeNumber,
  count: writeNumber,
  bound: formatNumber,
  header({ help, type }, { name }) {
    const token = nameToken(name);
    return `# HELP ${token} ${escapeHelp(help)}\n# TYPE ${token} ${TEXT_TYPES[type]}\n`;
  },
  totals: () => ["_sum", "_count"],
  // Prometheus' own parser takes digits only: a time before the epoch would fail the scrape.
  timestamp(view, at, timestampMs) {
    if (!(timestampMs >= 0)) return at;
    view.setUint8(at, SPACE);
    return writeOpenMetricsCount(view, at + 1, Math.trunc(timestampMs));
  },
  exemplar: undefined,
  end: "",
  createdSamples: false,
};

const OPEN_METRICS: Dialect = {
  key: "openmetrics",
  value: writeOpenMetricsNumber,
  count: writeOpenMetricsCount,
  bound: formatOpenMetricsNumber,
  header({ unit, help }, naming) {
    const { name, type } = naming.openMetrics();
    const token = nameToken(name);
    // A UNIT line whose unit no longer ends the name, escaped or not, would fail the scrape.
    const unitLine = unit !== undefined && name.endsWith(`_${unit}`) ? `# UNIT ${token} ${unit}\n` : "";
    return `# TYPE ${token} ${type}\n${unitLine}# HELP ${token} ${escapeText(help)}\n`;
  },
  totals: ({ type }) => type === "gaugehistogram" ? ["_gsum", "_gcount"] : ["_sum", "_count"],
  timestamp(view, at, timestampMs) {
    view.setUint8(at, SPACE);
    return writeOpenMetricsNumber(view, at + 1, timestampMs / 1000);
  },
  exemplar: (exemplar) => exemplarText(exemplar, "underscores"),
  end: "# EOF\n",
  createdSamples: false,
};

/**
 * OpenMetrics 1.0, "Exemplars": labels, value and, where it is known, the time in seconds. Nothing where the labels are
 * too long once they are escaped, since strict readers would refuse the exposition.
 */
function exemplarText({ labels, value, timestampMs }: Exemplar, escaping: Escaping): string {
  const given = Object.keys(labels);
  const names = escapedLabels(given, escaping);
  const texts = Object.values(labels).map((text) => text.toWellFormed());
  if (names.some((name, i) => name !== given[i])) {
    const escaped = Object.fromEntries(names.map((name, i) => [name, texts[i]!]));
    if (exemplarCharacters(escaped) > MAX_EXEMPLAR_CHARACTERS) return "";
  }
  const pairs = names.map((name, i) => `${labelToken(name)}="${escapeText(texts[i]!)}"`);
  const time = timestampMs === undefined ? "" : ` ${formatOpenMetricsNumber(timestampMs / 1000)}`;
  return ` # {${pairs.join(",")}} ${formatOpenMetricsNumber(value)}${time}`;
}

/** Types that text lacks go by what their samples look like. */
const TEXT_TYPES: Readonly<Record<Description["type"], string>> = {
  counter: "counter",
  gauge: "gauge",
  unknown: "untyped",
  histogram: "histogram",
  gaugehistogram: "histogram",
  summary: "summary",
  info: "gauge",
  stateset: "gauge",
};

function escapeHelp(help: string): string {
  return help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}
