/**
 * Where an exporter is in its life: `starting`, it answers, and its first attempt to open its upstream goes on; `ready`;
 * `draining`, it takes no more scrapes, and those under way finish; `closed`, everything is given back; `failed`, not
 * everything could be given back.
 */
export type ExporterState = "starting" | "ready" | "draining" | "closed" | "failed";

/** Whether scrapes are answered in a state. */
export function takesScrapes(state: ExporterState): boolean {
  return state === "starting" || state === "ready";
}
