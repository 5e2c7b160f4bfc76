import type { RunningExporter } from "../exporter/running_exporter.ts";
import { takesScrapes } from "../exporter/state.ts";

/** An answer in plain words. */
export function text(status: number, body: string): Response {
  return new Response(body, { status, headers: { "Content-Type": "text/plain; charset=utf-8" } });
}

/** Why an exporter answers no scrape now; `undefined` if it does. */
export function refusalOf({ state, exporter }: RunningExporter): Response | undefined {
  if (takesScrapes(state)) return undefined;
  return text(503, `Cannot scrape exporter "${exporter.name}": it is ${state === "failed" ? "closed" : state}\n`);
}
