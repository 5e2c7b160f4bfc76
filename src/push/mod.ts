/**
 * Pushes the metrics of jobs that end before they could be scraped to a Pushgateway.
 *
 * @module
 */
export { PushError, PushGroup } from "./push_group.ts";
export type { EncodedBody, Gatherer, Pushable, PushGroupOptions, PushOptions } from "./push_group.ts";
