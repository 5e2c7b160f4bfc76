// Imports prom-client by its names and as a whole, and gives its dependent a registry.
import { serve } from "@hono/node-server";
import { prometheus } from "@hono/prometheus";
import { Hono } from "hono";
import client, { Counter } from "prom-client";

const registry = new client.Registry();
const { printMetrics, registerMetrics } = prometheus({ registry, collectDefaultMetrics: true });
const greetings = new Counter({
  name: "greetings_total",
  help: "Greetings served.",
  labelNames: ["name"],
  registers: [registry],
});

const app = new Hono();
app.use("*", registerMetrics);
app.get("/metrics", printMetrics);
app.get("/hello/:name", (context) => {
  greetings.inc({ name: context.req.param("name") });
  return context.text(`Hello ${context.req.param("name")}`);
});

serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) => {
  console.log(`listening on http://127.0.0.1:${port}`);
});
