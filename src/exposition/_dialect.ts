import type { Description } from "../model/description.ts";
import { escapeLabelValue } from "./_layout.ts";
import type { Format } from "./negotiate.ts";
import {
  formatNumber,
  formatOpenMetricsNumber,
  writeNumber,
  writeOpenMetricsCount,
  writeOpenMetricsNumber,
} from "./number.ts";

/** Writes a number and returns the position behind it. */
export type NumberWriter = (bytes: Uint8Array, at: number, value: number) => number;

/** What distinguishes one text format from another. */
export interface Dialect {
  /** Writes a value. */
  readonly value: NumberWriter;
  /** Writes a count. */
  readonly count: NumberWriter;
  /** A bound or quantile as its label has it. */
  readonly bound: (value: number) => string;
  /** The lines before the first sample of a family. */
  readonly header: (description: Description) => string;
  /** What ends an exposition. */
  readonly end: string;
  /** Whether `_created` samples are written. */
  readonly createdSamples: boolean;
}

/** The dialect of a format. */
export function dialectOf(format: Format, options: { createdSamples?: boolean }): Dialect {
  return format.syntax === "text" ? TEXT : { ...OPEN_METRICS, createdSamples: options.createdSamples ?? false };
}

const TEXT: Dialect = {
  value: writeNumber,
  count: writeNumber,
  bound: formatNumber,
  header: ({ name, help, type }) => `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${TEXT_TYPES[type]}\n`,
  end: "",
  createdSamples: false,
};

const OPEN_METRICS: Dialect = {
  value: writeOpenMetricsNumber,
  count: writeOpenMetricsCount,
  bound: formatOpenMetricsNumber,
  header(description) {
    const [name, type] = openMetricsFamily(description);
    const unit = description.unit === undefined ? "" : `# UNIT ${name} ${description.unit}\n`;
    return `# TYPE ${name} ${type}\n${unit}# HELP ${name} ${escapeLabelValue(description.help)}\n`;
  },
  end: "# EOF\n",
  createdSamples: false,
};

/** Types that text lacks go by what their samples look like. */
const TEXT_TYPES: Readonly<Record<Description["type"], string>> = {
  counter: "counter",
  gauge: "gauge",
  unknown: "untyped",
  histogram: "histogram",
  summary: "summary",
  info: "gauge",
  stateset: "gauge",
};

/**
 * The family name of OpenMetrics metadata, which leaves out the suffix that a type's samples carry. A counter that is not
 * named `_total` keeps its name and is of unknown type: a name never depends on the format.
 */
export function openMetricsFamily({ name, type }: Description): [family: string, type: string] {
  if (type === "counter") return /._total$/.test(name) ? [name.slice(0, -"_total".length), type] : [name, "unknown"];
  return type === "info" ? [name.slice(0, -"_info".length), type] : [name, type];
}

function escapeHelp(help: string): string {
  return help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}
