/**
 * An exporter in which everything goes wrong by turns, scrape after scrape, and that says on `SIGUSR2` what it holds on to.
 *
 * What the upstream does is `faults` of its settings; the collectors each have a fault of their own.
 */
import { counter, defineExporter, gauge, serve } from "@exporterkit/core";
import process from "node:process";
import * as v from "valibot";

const exporter = defineExporter({
  name: "soak",
  version: "1.0.0",
  port: 9880,
  settings: v.object({ upstream: v.string() }),
  metrics: { scrapes: counter("soak_scrapes_total", "Runs of the first collector.") },
  open: ({ settings }) => ({ url: settings.upstream }),
  async check({ resource, fetch, signal }) {
    await (await fetch(`${resource.url}/check`, { signal })).text();
  },
  collectors: {
    steady: {
      help: "Is always well.",
      metrics: { value: gauge("soak_value", "Values.", ["i"]) },
      collect({ metrics, held }) {
        held.scrapes.inc();
        for (let i = 0; i < 100; i++) metrics.value.set({ i }, Math.random());
      },
    },
    upstream: {
      help: "Reads what the upstream sends: an answer, garbage, bytes that trickle, too many of them, or nothing.",
      timeout: "50ms",
      maxResponseBytes: 10_000,
      metrics: { answer: gauge("soak_answer_length_bytes", "Length of the answer.") },
      async collect({ metrics, resource, fetch, signal }) {
        const answer = await fetch(`${resource.url}/answer`, { signal });
        metrics.answer.set(JSON.stringify(await answer.json()).length);
      },
    },
    deaf: {
      help: "Ignores that it is aborted, for a while.",
      timeout: "20ms",
      collect: () => new Promise((resolve) => setTimeout(resolve, 200)),
    },
    throwing: {
      help: "Throws, with other labels each time.",
      metrics: { label: gauge("soak_label", "A label.", ["random"]) },
      collect({ metrics }) {
        metrics.label.set({ random: Math.random() }, 1);
        throw new Error(`no luck ${Math.random()}`);
      },
    },
    changing: {
      help: "Has other series, and a family of another name, each time.",
      metrics: { label: gauge("soak_changing", "A label.", ["random"]) },
      collect({ metrics, family }) {
        const n = Math.floor(Math.random() * 50);
        metrics.label.set({ random: Math.random() }, 1);
        family(gauge(`soak_family_${n}`, "One of many.", ["random"])).set({ random: Math.random() }, 1);
      },
    },
    flood: {
      help: "Goes over its budget.",
      maxSeries: 50,
      metrics: { flood: gauge("soak_flood", "Too many.", ["i"]) },
      collect({ metrics }) {
        for (let i = 0; i < 1000; i++) metrics.flood.set({ i: `${i} ${Math.random()}` }, 1);
      },
    },
    cached: {
      help: "Is collected now and then.",
      freshness: { cached: "100ms" },
      metrics: { cached: gauge("soak_cached", "A value.") },
      collect: ({ metrics }) => metrics.cached.set(Math.random()),
    },
    background: {
      help: "Is collected in the background.",
      freshness: { every: "100ms" },
      metrics: { background: gauge("soak_background", "A value.") },
      async collect({ metrics, resource, fetch, signal }) {
        metrics.background.set((await (await fetch(`${resource.url}/background`, { signal })).text()).length);
      },
    },
  },
});

process.on("SIGUSR2", () => {
  const { gc } = globalThis as { gc?: () => void };
  for (let i = 0; i < 3; i++) gc?.();
  const resources: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
  const listeners = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
  console.log(JSON.stringify({ heapBytes: process.memoryUsage().heapUsed, listeners, resources }));
});

export default serve(exporter, import.meta);
