const LEGACY_METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LEGACY_LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Whether `name` can name a metric: any text that UTF-8 can write. */
export function isMetricName(name: string): boolean {
  return name !== "" && name.isWellFormed();
}

/** Whether `name` can name a label: any text that UTF-8 can write and Prometheus does not reserve (`__...`). */
export function isLabelName(name: string): boolean {
  return name !== "" && name.isWellFormed() && !name.startsWith("__");
}

/** Whether every Prometheus since 1.0 takes `name` for a metric. */
export function isLegacyMetricName(name: string): boolean {
  return LEGACY_METRIC_NAME.test(name);
}

/** Whether every Prometheus since 1.0 takes `name` for a label: unlike a metric's name it has no colon. */
export function isLegacyLabelName(name: string): boolean {
  return LEGACY_LABEL_NAME.test(name);
}
