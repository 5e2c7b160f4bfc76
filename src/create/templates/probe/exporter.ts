import { defineExporter, gauge, serve, withProbe } from "@exporterkit/core";
import * as v from "valibot";

const exporter = defineExporter({
  name: "{{name}}",
  version: "0.1.0",
  help: "Health of services, probed by their address.",
  port: {{port}},
  // Any host: requests and settings say which.
  permissions: { net: ["*"] },
  settings: v.object({
    targets: v.optional(v.pipe(v.array(v.string()), v.description("Service to list at /sd. Repeatable.")), []),
  }),
  collectors: {},
});

const probing = withProbe(exporter, {
  // /probe?module=ready asks the other path.
  modules: () => ({ default: { path: "/health" }, ready: { path: "/ready" } }),
  targets: ({ targets }) => targets,
  collectors: {
    health: {
      help: "What a service says of its health.",
      metrics: {
        status: gauge("{{name}}_health_status_code", "Status code of the answer."),
        size: gauge("{{name}}_health_body_bytes", "Length of the answer.", [], { unit: "bytes" }),
      },
      async collect({ target, module, metrics, fetch, signal, fail }) {
        const base = target.includes("://") ? target : `http://${target}`;
        const answer = await fetch(new URL(module.path, base), { signal });
        metrics.status.set(answer.status);
        metrics.size.set((await answer.arrayBuffer()).byteLength);
        // probe_success is 0, and what was set is shown all the same.
        if (!answer.ok) fail(`the status is ${answer.status}`);
      },
    },
  },
});

export default serve(probing, import.meta);
