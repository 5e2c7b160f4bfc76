import type { Logger } from "../log/logger.ts";
import type { Descriptions, Instruments } from "../metrics/bind.ts";
import type { Clock } from "../metrics/clock.ts";
import type { HistogramKind } from "../model/description.ts";
import type { Family } from "../model/family.ts";
import type { Transport } from "../network/transport.ts";
import type { Alias } from "../settings/alias.ts";
import type { Gathered, GatherOptions } from "./gathered.ts";

/**
 * What makes an exporter a multi-target one. It carries the code that probes, so that exporters which do not probe are not
 * shipped with it.
 */
export interface Probe {
  /** Where probes are asked for, such as `/probe`. */
  readonly path: string;
  /** Where they may be asked for as well. */
  readonly otherPaths: readonly string[];
  /** The collectors of a probe, by name. */
  readonly collectors: Readonly<Record<string, ProbeSwitch>>;
  /** What `--probe.strict` is unless somebody says it. */
  readonly strict: boolean;
  /** What is wrong with settings and flags, one line each; empty if they can be probed with. */
  problems(settings: unknown, allow: readonly string[]): string[];
  /** Makes it live. @throws {TypeError} If there are problems. */
  start(surroundings: ProbeSurroundings): Prober;
}

/** A collector of a probe, as flags and pages know it. */
export interface ProbeSwitch {
  readonly help: string;
  readonly enabled?: boolean;
  readonly alias?: Alias;
  readonly metrics?: Descriptions;
}

/** What a running exporter gives to its probes. */
export interface ProbeSurroundings {
  /** The exporter's settings, validated. */
  readonly settings: unknown;
  /** The exporter's held instruments. */
  readonly held: Instruments<Descriptions>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly histograms: HistogramKind | undefined;
  /** Names of the collectors that run; without it, those enabled by their definition. */
  readonly enabled: ReadonlySet<string> | undefined;
  /** Whether nothing lives longer than a request. */
  readonly stateless: boolean;
  /** How hosts are reached. */
  readonly transport: Transport;
  /** Hosts, addresses and ranges that may be probed although they would not be. */
  readonly allow: readonly string[];
}

/** Probes targets for a running exporter. */
export interface Prober {
  /** Names of the modules; empty if there are none to choose from. */
  readonly modules: readonly string[];
  /** Names of the auth modules. */
  readonly authModules: readonly string[];
  /** The targets that the settings list. */
  readonly targets: readonly ListedTarget[];
  /** Finds what a request asks for. @throws {ProbeError} If there is no such thing, or it is forbidden. */
  select(request: ProbeRequest): SelectedProbe;
  /**
   * Swaps the settings. Probes under way end with those that they began with; what these opened is given back after it.
   *
   * @throws {TypeError} If there are problems with them; then nothing has changed.
   */
  reconfigure(settings: unknown): void;
  /** What it counts about itself. */
  families(): Family[];
  /** Gives back all that it keeps of targets. */
  close(): Promise<void>;
}

/** What a probe is asked for by. */
export interface ProbeRequest {
  readonly target?: string | undefined;
  readonly module?: string | undefined;
  readonly authModule?: string | undefined;
  /** The values of a query parameter. @default there are none */
  parameters?(name: string): readonly string[];
}

/** A probe that can be made. */
export interface SelectedProbe {
  /** Name of the module; `undefined` where there are none. */
  readonly module: string | undefined;
  /** Name of the auth module. */
  readonly authModule: string | undefined;
  /** Names of the collectors that run. */
  readonly collectors: readonly string[];
  /** Makes it, for {@link RunningExporter.probe}. @throws {ProbeError} If the target may not be connected to. */
  gather(options?: ProbeGatherOptions): Promise<Gathered>;
}

/** How a probe is made. */
export interface ProbeGatherOptions extends GatherOptions {
  /** Told of all that happens, down to level debug. Such a probe shares no run and keeps nothing. @default the exporter's log */
  readonly log?: Logger;
}

/** A target that service discovery is told of. */
export interface ListedTarget {
  /** What `/probe?target=` is given. */
  readonly target: string;
  /** Name of its module. @default the module that a probe without one gets */
  readonly module?: string | undefined;
  /** Name of its auth module. @default none */
  readonly authModule?: string | undefined;
  /** Labels that all of its series get, such as `{ team: "search" }`. @default none */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** A probe was not made. */
export class ProbeError extends Error {
  override name = "ProbeError";
  /** Whether there is no such probe, or it may not be made. */
  readonly reason: "unknown" | "forbidden";

  constructor(reason: ProbeError["reason"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
