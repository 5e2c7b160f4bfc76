// A Worker with a metric of its own.
import { Counter, register } from "@exporterkit/core/prom-client";

const requests = new Counter({ name: "requests_total", help: "Requests answered.", labelNames: ["path"] });

export default {
  async fetch(request) {
    requests.inc({ path: new URL(request.url).pathname });
    return new Response(await register.metrics(), { headers: { "content-type": register.contentType } });
  },
};
