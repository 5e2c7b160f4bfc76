import { isLegacyLabelName, isLegacyMetricName } from "../model/names.ts";

/**
 * Whether a name can name a metric.
 *
 * @example Dashes are for others
 * ```ts
 * import { validateMetricName } from "@exporterkit/core/prom-client";
 * import assert from "node:assert/strict";
 *
 * assert.equal(validateMetricName("http_requests_total"), true);
 * assert.equal(validateMetricName("http-requests"), false);
 * ```
 */
export function validateMetricName(name: string): boolean {
  return isLegacyMetricName(name);
}

/** Whether all names can name labels. */
export function validateLabelNames(names: readonly string[]): boolean {
  return names.every(isLegacyLabelName);
}
