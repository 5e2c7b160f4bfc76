// Loads prom-client with require(), as its dependent does: both count in the registry of the process.
const express = require("express");
const promBundle = require("express-prom-bundle");
const { Counter } = require("prom-client");

const greetings = new Counter({ name: "greetings_total", help: "Greetings served.", labelNames: ["name"] });

const app = express();
app.use(promBundle({ includeMethod: true, includePath: true, promClient: { collectDefaultMetrics: {} } }));
app.get("/hello/:name", (request, response) => {
  greetings.inc({ name: request.params.name });
  response.send(`Hello ${request.params.name}`);
});

const server = app.listen(0, "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
