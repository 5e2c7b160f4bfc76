/** Every format and escaping that our encoders speak, as a client asks for them. */
import { type Escaping, type Format, negotiate } from "@exporterkit/core/exposition";

/** The media types, by the name used in test titles. */
export const MEDIA_TYPES = {
  "text 0.0.4": "text/plain;version=0.0.4",
  "text 1.0.0": "text/plain;version=1.0.0",
  "OpenMetrics 0.0.1": "application/openmetrics-text;version=0.0.1",
  "OpenMetrics 1.0.0": "application/openmetrics-text;version=1.0.0",
  protobuf: "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
} as const;

/** The name of a format in test titles. */
export type FormatName = keyof typeof MEDIA_TYPES;

/** All formats. */
export const FORMATS = Object.keys(MEDIA_TYPES) as FormatName[];

/** All escaping schemes. */
export const ESCAPINGS: readonly Escaping[] = ["underscores", "dots", "values", "allow-utf-8"];

/** The format that a client which asks for it gets. */
export function formatOf(name: FormatName, escaping: Escaping = "allow-utf-8"): Format {
  return negotiate(`${MEDIA_TYPES[name]};escaping=${escaping}`);
}
