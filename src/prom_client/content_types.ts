/** The character set of all formats. */
export type Charset = "utf-8";
/** The media type of the Prometheus text format. */
export type PrometheusMIME = "text/plain";
/** The version of the Prometheus text format. */
export type PrometheusMetricsVersion = "0.0.4";
/** The media type of OpenMetrics. */
export type OpenMetricsMIME = "application/openmetrics-text";
/** The version of OpenMetrics. */
export type OpenMetricsVersion = "1.0.0";
/** The content type of OpenMetrics. */
export type OpenMetricsContentType = `${OpenMetricsMIME}; version=${OpenMetricsVersion}; charset=${Charset}`;
/** The content type of the Prometheus text format. */
export type PrometheusContentType = `${PrometheusMIME}; version=${PrometheusMetricsVersion}; charset=${Charset}`;
/** What a registry can answer with. */
export type RegistryContentType = PrometheusContentType | OpenMetricsContentType;

/** The content type of the Prometheus text format, for the header of an answer. */
export const prometheusContentType: PrometheusContentType = "text/plain; version=0.0.4; charset=utf-8";

/** The content type of OpenMetrics, for the header of an answer. */
export const openMetricsContentType: OpenMetricsContentType =
  "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** Whether a text is one of the two content types. */
export function isContentType(type: unknown): type is RegistryContentType {
  return type === prometheusContentType || type === openMetricsContentType;
}
