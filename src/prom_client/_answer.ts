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
  return typeof message === "object" && message !== null && "type" in message;
}

/** Whether metrics that were sent look like some. */
export function isAnswer(metrics: unknown): metrics is Answer {
  return Array.isArray(metrics) && metrics.every(Array.isArray);
}

/** Never empty: prom-client takes an answer without a message for metrics. */
export function messageOf(error: unknown): string {
  return (error instanceof Error && error.message) || String(error) || "Unknown error";
}
