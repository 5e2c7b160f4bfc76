/**
 * Defines and serves Prometheus exporters: what nine of ten exporter files need.
 *
 * @module
 */
export { defineCollector, defineExporter } from "./exporter/definition.ts";
export type {
  CollectContext,
  Collector,
  Exporter,
  ExporterDefinition,
  ResourceContext,
  ScrapedCollector,
  ScrapedContext,
} from "./exporter/definition.ts";
export { defineProbeCollector } from "./exporter/probe_definition.ts";
export type {
  AuthModule,
  ProbeCollector,
  ProbeContext,
  ProbeDefinition,
  ProbeResourceContext,
  ProbeSubject,
} from "./exporter/probe_definition.ts";
export type { ListedTarget } from "./exporter/prober.ts";
export { withProbe } from "./exporter/with_probe.ts";
export { UpstreamError } from "./exporter/upstream_failure.ts";
export type { UpstreamFailure } from "./exporter/upstream_failure.ts";
export type { Lookup, Network } from "./network/network.ts";
export type { NetworkFetch } from "./network/redirects.ts";
export type { ClientTls, TlsVersion } from "./network/transport.ts";
export type { UpstreamLabels } from "./exporter/lost_upstreams.ts";
export type { Budgets } from "./exporter/budget.ts";
export type { Freshness } from "./exporter/freshness.ts";
export type { Permissions } from "./exporter/permissions.ts";
export { counter } from "./metrics/counter.ts";
export { gauge } from "./metrics/gauge.ts";
export { gaugeHistogram } from "./metrics/gauge_histogram.ts";
export { histogram } from "./metrics/histogram.ts";
export { withHistogramKind } from "./metrics/histogram_kind.ts";
export type { HistogramKind } from "./model/description.ts";
export { info } from "./metrics/info.ts";
export { stateSet } from "./metrics/state_set.ts";
export { summary } from "./metrics/summary.ts";
export { untyped } from "./metrics/untyped.ts";
export { alias } from "./settings/alias.ts";
export type { Alias, Aliases, CommonAlias } from "./settings/alias.ts";
export { duration } from "./settings/duration_setting.ts";
export type { DurationSchema } from "./settings/duration_setting.ts";
export { hostPath } from "./settings/host_path.ts";
export { Secret, secret } from "./settings/secret.ts";
export type { SecretSchema, SecretSource } from "./settings/secret.ts";
export { handler, serve } from "./runtime/serve.ts";
export type { Auth, BasicAuth, BearerAuth } from "./http/auth.ts";
export type { CompareHash } from "./http/bcrypt_hash.ts";
export type { CronTrigger, Served, ServedOptions } from "./runtime/serve.ts";
export type { Program } from "./runtime/program.ts";
