import { Counter, counter } from "../metrics/counter.ts";
import { Gauge, gauge } from "../metrics/gauge.ts";
import { CollectedFamily } from "../model/collected_family.ts";
import type { Family } from "../model/family.ts";
import { HeldFamily } from "../model/held_family.ts";
import type { Description } from "../model/description.ts";
import { type CollectorReport, type Failure, FAILURES } from "./outcome.ts";
import { UPSTREAM_FAILURES } from "./upstream_failure.ts";
import type { UpstreamState } from "./upstream_states.ts";

/** Which of the metrics make sense for an exporter on a runtime. */
export interface SelfMetricsOptions {
  /** Whether it has an upstream. */
  readonly up: boolean;
  /** Whether what it counts goes on to be counted. */
  readonly cumulative: boolean;
  /** Whether a collector shows samples that are older than the scrape. */
  readonly lastSuccess: boolean;
  /** Whether its scrapes are probes of one target. */
  readonly probe: boolean;
  /** The clock, in milliseconds since the epoch. */
  readonly now: () => number;
}

/** What there is to say of a scrape beyond its collectors. */
export interface ScrapeReport {
  /** Whether it reached the upstream, or each of several, and if not, why; empty for an exporter that has none. */
  readonly upstreams: readonly UpstreamState[];
  /** Whether all is as it should be. */
  readonly isSuccess: boolean;
  /** How long it took. */
  readonly seconds: number;
}

/** What an exporter says about its own scrapes. */
export class SelfMetrics {
  readonly #success: CollectedFamily;
  readonly #duration: CollectedFamily;
  readonly #series: CollectedFamily;
  #up: CollectedFamily | undefined;
  #upstreamFailure: CollectedFamily | undefined;
  readonly #probeSuccess: CollectedFamily | undefined;
  readonly #probeDuration: CollectedFamily | undefined;
  readonly #failures: HeldFamily | undefined;
  readonly #lastSuccess: CollectedFamily | undefined;

  constructor(namespace: string, options: SelfMetricsOptions) {
    const { now } = options;
    const prefix = `${namespace}_scrape_collector`;
    this.#success = collected(`${prefix}_success`, "Whether a collector succeeded in this scrape.");
    this.#duration = collected(`${prefix}_duration_seconds`, "How long this scrape waited for a collector.");
    this.#series = collected(`${prefix}_series`, "How many series a collector gave to this scrape.");
    if (options.up) {
      this.#up = new CollectedFamily(gauge(`${namespace}_up`, "Whether this scrape reached the upstream.", []));
      const help = "Why this scrape did not reach the upstream: 1 for the reason.";
      this.#upstreamFailure = new CollectedFamily(gauge(`${namespace}_scrape_upstream_failure`, help, ["reason"]));
    }
    if (options.probe) {
      // Named as in blackbox_exporter, whatever the namespace is: alerts and dashboards know these names.
      this.#probeSuccess = new CollectedFamily(gauge("probe_success", "Whether the probe was a success."));
      this.#probeDuration = new CollectedFamily(gauge("probe_duration_seconds", "How long the probe took."));
    }
    if (options.lastSuccess) {
      const help = "When a collector last succeeded, in seconds since the epoch; 0 before the first time.";
      this.#lastSuccess = collected(`${prefix}_last_success_timestamp_seconds`, help);
    }
    if (options.cumulative) {
      const help = "Runs of a collector that failed, by reason.";
      this.#failures = new HeldFamily(counter(`${prefix}_failures_total`, help, ["collector", "reason"]), { now });
    }
  }

  /** What is exposed, by description. */
  descriptions(): Description[] {
    return this.families().map(({ description }) => description);
  }

  /** What is exposed. */
  families(): Family[] {
    const optional = [
      this.#up,
      this.#upstreamFailure,
      this.#probeSuccess,
      this.#probeDuration,
      this.#failures,
      this.#lastSuccess,
    ];
    return [this.#success, this.#duration, this.#series, ...optional.filter((family) => family !== undefined)];
  }

  /** Starts all reasons of a collector at 0, so that the first failure is an increase. */
  expect(collector: string): void {
    if (this.#failures === undefined) return;
    const failures = new Counter<["collector", "reason"]>(this.#failures.writer);
    for (const reason of FAILURES) failures.inc({ collector, reason }, 0);
  }

  /** Counts a run that failed. */
  failed(collector: string, reason: Failure): void {
    if (this.#failures === undefined) return;
    const failures = new Counter<["collector", "reason"]>(this.#failures.writer);
    failures.inc({ collector, reason });
  }

  /** Replaces when collectors last succeeded, in milliseconds since the epoch. */
  lastSucceeded(times: ReadonlyMap<string, number>): void {
    if (this.#lastSuccess !== undefined) replace(this.#lastSuccess, times, (ms) => ms / 1000);
  }

  /** Replaces what the last scrape said by what this one saw. */
  report(reports: ReadonlyMap<string, CollectorReport>, { upstreams, isSuccess, seconds }: ScrapeReport): void {
    replace(this.#success, reports, ({ outcome }) => outcome === "ok" ? 1 : 0);
    replace(this.#duration, reports, ({ seconds }) => seconds);
    replace(this.#series, reports, ({ series }) => series);
    this.#tellUpstreams(upstreams);
    say(this.#probeSuccess, isSuccess ? 1 : 0);
    say(this.#probeDuration, seconds);
  }

  /** Settings that were read again may have other labels. */
  #tellUpstreams(upstreams: readonly UpstreamState[]): void {
    if (this.#up === undefined || this.#upstreamFailure === undefined || upstreams.length === 0) return;
    const names = Object.keys(upstreams[0]!.labels);
    this.#up = labelled(this.#up, names);
    this.#upstreamFailure = labelled(this.#upstreamFailure, [...names, "reason"]);
    sayUp(this.#up, upstreams);
    sayWhich(this.#upstreamFailure, upstreams);
  }
}

/** The family, or the same with other labels. */
function labelled(family: CollectedFamily, names: readonly string[]): CollectedFamily {
  const { name, help, labelNames } = family.description;
  return labelNames.join() === names.join() ? family : new CollectedFamily(gauge(name, help, names));
}

function sayUp(family: CollectedFamily, upstreams: readonly UpstreamState[]): void {
  const staging = family.stage();
  for (const { labels, up } of upstreams) {
    // A new slot may come with another array.
    const slot = staging.slot(labels);
    staging.values[slot] = up ? 1 : 0;
  }
  staging.commit();
}

/** Replaces the one value of a family. */
function say(family: CollectedFamily | undefined, value: number): void {
  if (family === undefined) return;
  const staging = family.stage();
  new Gauge(staging).set(value);
  staging.commit();
}

/** Replaces a family that has a series for each upstream and reason, and 1 for the one that holds. */
function sayWhich(family: CollectedFamily, upstreams: readonly UpstreamState[]): void {
  const staging = family.stage();
  const instrument = new Gauge<readonly string[]>(staging);
  for (const { labels, failure } of upstreams) {
    for (const reason of UPSTREAM_FAILURES) instrument.set({ ...labels, reason }, reason === failure ? 1 : 0);
  }
  staging.commit();
}

function collected(name: string, help: string): CollectedFamily {
  return new CollectedFamily(gauge(name, help, ["collector"]));
}

function replace<Fact>(
  family: CollectedFamily,
  facts: ReadonlyMap<string, Fact>,
  value: (fact: Fact) => number,
): void {
  const staging = family.stage();
  const instrument = new Gauge<["collector"]>(staging);
  for (const [collector, fact] of facts) instrument.set({ collector }, value(fact));
  staging.commit();
}
