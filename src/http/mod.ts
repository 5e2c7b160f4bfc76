/**
 * The HTTP face of a running exporter, as a function from `Request` to `Response`.
 *
 * @module
 */
export { createHandler } from "./handler.ts";
export type { BodyCompressor } from "./body.ts";
export type { Handler, HandlerOptions } from "./handler.ts";
export { ProbeError } from "../exporter/prober.ts";
export type { ListedTarget, Prober, ProbeRequest, SelectedProbe } from "../exporter/prober.ts";
export { RunningExporter } from "../exporter/running_exporter.ts";
export type { ExporterState } from "../exporter/state.ts";
export type { Gathered, GatherOptions } from "../exporter/gathered.ts";
export type { About, RunOptions, TriggerOptions } from "../exporter/running_exporter.ts";
export type { SampleStore } from "../exporter/sample_store.ts";
export { guardFromAuth, guardFromBindings } from "./auth.ts";
export type { Auth, AuthBindings, AuthBindingsOptions, AuthOptions, BasicAuth, BearerAuth } from "./auth.ts";
export type { CompareHash } from "./bcrypt_hash.ts";
export type { Guard } from "./guard.ts";
