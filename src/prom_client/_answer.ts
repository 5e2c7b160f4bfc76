/** What processes and threads tell each other about their metrics. */
import type { MetricJson } from "./aggregators.ts";
import type { RegistryContentType } from "./content_types.ts";
import { globalRegistry, isRegistry, type Registry } from "./registry.ts";

/** The metrics of each registry of a process or thread. */
export type Answer = readonly (readonly MetricJson[])[];

/** Anything that is sent. */
export interface Message {
  readonly type: unknown;
  readonly requestId?: unknown;
  /** An {@link Answer}, of whoever takes leave too. */
  readonly metrics?: unknown;
  /** Why there is no answer. */
  readonly error?: unknown;
}

/** What is wrong with an answer that is neither an {@link Answer} nor says why there is none. */
export const NO_METRICS = "Cannot read the answer: it has no metrics";

/** The registries whose metrics are answered with. */
export type AnsweringRegistries = Registry<RegistryContentType> | Registry<RegistryContentType>[];

/**
 * Checks the argument of `setRegistries`.
 *
 * @throws {TypeError} If one of them is not a registry.
 */
export function checkedRegistries(registries: AnsweringRegistries): readonly Registry<RegistryContentType>[] {
  const list: unknown[] = Array.isArray(registries) ? registries : [registries];
  for (const item of list) {
    if (!isRegistry(item)) throw new TypeError(`Expected Registry, got ${typeof item}`);
  }
  return list as Registry<RegistryContentType>[];
}

/** Reads registries, or the global one where none were chosen. */
export function answerOf(
  registries: readonly Registry<RegistryContentType>[] = [globalRegistry()],
): Promise<Answer> {
  return Promise.all(registries.map((registry) => registry.getMetricsAsJSON()));
}

/** Others may send what they like. */
export function isMessage(message: unknown): message is Message {
  return isObject(message) && "type" in message;
}

/**
 * Whether metrics that were sent look like some. What it accepts can be added up without an error, which would be thrown
 * where messages arrive and nobody can catch it.
 */
export function isAnswer(metrics: unknown): metrics is Answer {
  return Array.isArray(metrics) && metrics.every((list) => Array.isArray(list) && list.every(isMetric));
}

/** Metrics of others may be any object, which may have no values. */
function isMetric(metric: unknown): boolean {
  if (!isObject(metric)) return false;
  const { values = [] } = metric as Partial<MetricJson>;
  return Array.isArray(values) && values.every(isSample);
}

function isSample(sample: unknown): boolean {
  if (!isObject(sample)) return false;
  const { labels } = sample as { labels?: unknown };
  return labels === undefined || isObject(labels);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Never empty: prom-client takes an answer without a message for metrics. */
export function messageOf(error: unknown): string {
  return (error instanceof Error && error.message) || String(error) || "Unknown error";
}
