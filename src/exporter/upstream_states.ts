import type { RunEnd } from "../metrics/callback.ts";
import type { Exporter } from "./definition.ts";
import { type LostUpstream, LostUpstreams, type UpstreamLabels, upstreamText } from "./lost_upstreams.ts";
import type { CollectorReport } from "./outcome.ts";
import { type UpstreamFailure, upstreamFailureOf } from "./upstream_failure.ts";

/** What a scrape found of an upstream. */
export interface UpstreamState {
  /** What tells it from others; all of an exporter have the same names. */
  readonly labels: UpstreamLabels;
  /** Whether it was reached. */
  readonly up: boolean;
  /** Why it was not. */
  readonly failure?: UpstreamFailure;
  /** How a collector lost it, while others may have been reached. */
  readonly lost?: LostUpstream;
}

/** How the parts of a scrape ended. */
export interface ScrapeEnds {
  /** The attempt to reach the upstream. */
  readonly reached: RunEnd;
  /** The collectors. */
  readonly reports: readonly CollectorReport[];
}

/** What a scrape found of each of an exporter's upstreams: what holds for all, but for those that a collector lost. */
export function upstreamStates(exporter: Exporter, all: readonly UpstreamLabels[], ends: ScrapeEnds): UpstreamState[] {
  const common = commonState(exporter, ends);
  const losses = ends.reports.flatMap(({ lost = [], error }) => error instanceof LostUpstreams ? error.lost : lost);
  return all.map((labels) => {
    const text = upstreamText(labels);
    const lost = losses.find((loss) => upstreamText(loss.labels) === text);
    return lost === undefined
      ? { labels, ...common }
      : { labels, up: false, failure: upstreamFailureOf(lost.error), lost };
  });
}

/** The upstream counts as reached when it was asked, or, where it cannot be asked, when a collector got through. */
function commonState({ check }: Exporter, { reached, reports }: ScrapeEnds): Pick<UpstreamState, "up" | "failure"> {
  if (reached.outcome !== "ok") return { up: false, failure: failureOf(reached) };
  if (check !== undefined) return { up: true };
  const isUsed = reports.some(({ outcome, usedResource }) => outcome === "ok" && usedResource);
  return isUsed ? { up: true } : { up: false, failure: failureOf(reports.find(({ outcome }) => outcome !== "ok")) };
}

/** Why an attempt came to nothing. Also one that ignores its abort has waited for an answer. */
function failureOf(end: Pick<CollectorReport, "outcome" | "error"> | undefined): UpstreamFailure {
  return end?.outcome === "timeout" || end?.outcome === "busy" ? "timeout" : upstreamFailureOf(end?.error);
}
