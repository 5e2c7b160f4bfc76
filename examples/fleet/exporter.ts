import { counter, defineExporter, serve } from "@exporterkit/core";

/** One of many services, with the exporter that ships with it: they start together, and they end together. */
const exporter = defineExporter({
  name: "fleet",
  version: "1.0.0",
  help: "A service that takes an order every tenth of a second.",
  port: 9877,
  open: () => ({ startedMs: Date.now() }),
  collectors: {
    orders: {
      help: "What the service has done.",
      metrics: { taken: counter("fleet_orders_total", "Orders taken since the start.") },
      collect({ resource, metrics }) {
        metrics.taken.set(Math.floor((Date.now() - resource.startedMs) / 100));
      },
    },
  },
});

export default serve(exporter, import.meta);
