/** What tells an upstream from the others of its exporter. */
export type UpstreamLabels = Readonly<Record<string, string>>;

/** An upstream that a run did not reach. */
export interface LostUpstream {
  readonly labels: UpstreamLabels;
  readonly error: unknown;
}

/** Ends a run that reached none of several upstreams. */
export class LostUpstreams extends AggregateError {
  override name = "LostUpstreams";
  readonly lost: readonly LostUpstream[];

  constructor(lost: readonly LostUpstream[]) {
    super(lost.map(({ error }) => error), `None of ${lost.length} upstreams was reached`);
    this.lost = lost;
  }
}

/** The one of an exporter's upstreams that has these labels; `undefined` if none has. */
export function findUpstream(all: readonly UpstreamLabels[], labels: UpstreamLabels): UpstreamLabels | undefined {
  const text = upstreamText(labels);
  return all.find((one) => upstreamText(one) === text);
}

/** An upstream as log lines and errors name it. */
export function upstreamText(labels: UpstreamLabels): string {
  return Object.entries(labels).sort().map(([name, value]) => `${name}=${value}`).join(" ");
}
