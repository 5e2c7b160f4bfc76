import type { UpstreamLabels } from "@exporterkit/core";
import type { Settings } from "./settings.ts";
import { type StatusPage, statusPage } from "./status_page.ts";

/** A page, and the labels of what is read from it. */
export interface LabelledPage {
  readonly page: StatusPage;
  readonly labels: UpstreamLabels;
}

/** The pages that the settings name. Nothing is asked yet. */
export function statusPages(settings: Settings): readonly LabelledPage[] {
  const { nginx } = settings;
  const labels = labelsOf(settings);
  return nginx.scrapeUri.map((uri, i) => ({ page: statusPage(uri, nginx), labels: labels[i]! }));
}

/** Those that settings give to all, and, where there are several, the address. */
export function labelsOf({ nginx: { scrapeUri }, prometheus: { constLabel } }: Settings): readonly UpstreamLabels[] {
  return scrapeUri.map(({ shown }) => scrapeUri.length === 1 ? constLabel : { ...constLabel, addr: shown });
}
