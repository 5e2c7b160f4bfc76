import type { GenericSchema, InferOutput } from "valibot";
import type { Descriptions } from "../metrics/bind.ts";
import { sampleNames } from "../model/description.ts";
import { parseDuration } from "../settings/duration.ts";
import { defineExporter, type Exporter, type ExporterDefinition } from "./definition.ts";
import type { AuthModule, ProbeDefinition } from "./probe_definition.ts";
import { type AnyProbe, ProbeSettings } from "./probe_settings.ts";
import { DEFAULT_IDLE, DEFAULT_MAX_TARGETS, Probing } from "./probing.ts";

const DEFAULT_PATH = "/probe";
/** What every probe says itself. */
const OWN_NAMES: ReadonlySet<string> = new Set(["probe_success", "probe_duration_seconds"]);

/**
 * Makes a multi-target exporter: one that answers `/probe?target=&module=&auth_module=` for targets that requests name.
 *
 * An answer is 200 with `probe_success`, `probe_duration_seconds` and what the collectors of the probe set; counters about
 * probes are in `/metrics`. The targets of the settings are at `/sd`, for `http_sd_configs`.
 *
 * Loopback, link-local, multicast and cloud-metadata addresses are closed, unless `--probe.allow` or the `targets` open
 * them. Private ranges are open.
 *
 * @param exporter What {@link defineExporter} returned; its settings and held instruments are those of the probe too.
 * @returns The exporter, inert as before.
 * @throws {TypeError} If a name is invalid, or metrics of the probe cannot stand in one exposition.
 * @throws {RangeError} If `maxTargets` or a budget is no whole number.
 * @throws {SyntaxError} If a duration cannot be read.
 * @example One exporter for many pages
 * ```ts
 * import { defineExporter, gauge, handler, withProbe } from "@exporterkit/core";
 * import assert from "node:assert/strict";
 *
 * const exporter = withProbe(defineExporter({ name: "page", version: "1.0.0", port: 9876, collectors: {} }), {
 *   modules: () => ({ short: { longestBytes: 100 }, long: { longestBytes: 1e6 } }),
 *   collectors: {
 *     size: {
 *       help: "Length of the page's address.",
 *       metrics: { length: gauge("page_address_length_bytes", "Length of the address.") },
 *       collect({ target, module, metrics, fail }) {
 *         metrics.length.set(target.length);
 *         if (target.length > module.longestBytes) fail("the address is too long");
 *       },
 *     },
 *   },
 * });
 *
 * const answer = await handler(exporter).fetch(new Request("http://localhost/probe?module=short&target=10.0.0.1"));
 * assert.match(await answer.text(), /^page_address_length_bytes 8$[^]*^probe_success 1$/m);
 * ```
 */
export function withProbe<
  Schema extends GenericSchema,
  ExporterResource,
  ExporterMetrics,
  Held,
  Module = never,
  Auth extends AuthModule = never,
  Resource = never,
  Metrics = Record<string, unknown>,
>(
  exporter: ExporterDefinition<Schema, ExporterResource, ExporterMetrics, Held>,
  probe: ProbeDefinition<InferOutput<Schema>, NoInfer<Held>, Module, Auth, Resource, Metrics>,
): ExporterDefinition<Schema, ExporterResource, ExporterMetrics, Held> {
  const definition = probe as AnyProbe;
  const { collectors } = definition;
  const [path = DEFAULT_PATH, ...otherPaths] = [definition.path ?? []].flat();
  check(exporter, definition, [path, ...otherPaths]);
  return {
    ...exporter,
    probe: {
      path,
      otherPaths,
      collectors,
      strict: probe.strict ?? false,
      problems: (settings, allow) => [...new ProbeSettings(definition, settings, allow).problems],
      start: (surroundings) => new Probing(exporter, definition, surroundings),
    },
  };
}

function check(
  exporter: Pick<Exporter, "name" | "version" | "port" | "namespace">,
  probe: AnyProbe,
  paths: readonly string[],
): void {
  const { name, version, port, namespace = name } = exporter;
  const { maxTargets = DEFAULT_MAX_TARGETS, idle = DEFAULT_IDLE, collectors } = probe;
  const refusal = (why: string) => `Cannot define the probe of exporter "${name}": ${why}`;
  for (const path of paths) {
    if (!/^\/[\w./-]*[\w-]$/.test(path) || path.startsWith("/-/") || path === "/sd") {
      throw new TypeError(refusal(`path is ${JSON.stringify(path)}, expected one such as "${DEFAULT_PATH}"`));
    }
  }
  if (!Number.isInteger(maxTargets) || maxTargets < 0) {
    throw new RangeError(refusal(`maxTargets is ${maxTargets}, expected a whole number`));
  }
  parseDuration(idle);
  // Where modules choose, what they choose is checked together with the settings.
  const entries = Object.entries(collectors as Exporter["collectors"]);
  for (const together of probe.collectorsOf === undefined ? [entries] : entries.map((entry) => [entry])) {
    defineExporter({ name, version, port, namespace, collectors: Object.fromEntries(together) });
  }
  const names = Object.values(collectors).flatMap(({ metrics }) => Object.values((metrics ?? {}) as Descriptions))
    .flatMap(sampleNames);
  const own = names.find((sample) => OWN_NAMES.has(sample));
  if (own !== undefined) throw new TypeError(refusal(`metric "${own}" is its own`));
}
