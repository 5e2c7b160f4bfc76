import { defineExporter, gauge, secret, serve, withProbe } from "@exporterkit/core";
import * as v from "valibot";

const exporter = defineExporter({
  name: "reach",
  version: "1.0.0",
  help: "Says which web pages can be reached.",
  port: 9877,
  settings: v.object({
    targets: v.optional(v.pipe(v.array(v.string()), v.description("Page to list at /sd. Repeatable.")), []),
    modules: v.optional(
      v.record(
        v.string(),
        v.object({ method: v.optional(v.picklist(["GET", "HEAD"]), "GET"), statuses: v.array(v.number()) }),
      ),
      { default: { statuses: [200] }, redirect: { method: "HEAD", statuses: [301, 302, 307, 308] } },
    ),
    authModules: v.optional(v.record(v.string(), v.object({ hosts: v.array(v.string()), token: secret() })), {}),
  }),
  collectors: {},
});

const reach = withProbe(exporter, {
  modules: ({ modules }) => modules,
  authModules: ({ authModules }) => authModules,
  targets: ({ targets }) => targets,
  collectors: {
    page: {
      help: "One page.",
      metrics: {
        status: gauge("reach_page_status_code", "Status code of the answer."),
        size: gauge("reach_page_body_bytes", "Length of the body, uncompressed.", [], { unit: "bytes" }),
      },
      async collect({ target, module: { method, statuses }, auth, metrics, fetch, fail }) {
        const headers = new Headers();
        if (auth !== undefined) headers.set("Authorization", `Bearer ${await auth.token.read()}`);
        const redirect = statuses.some((status) => status >= 300 && status < 400) ? "manual" : "follow";
        const url = target.includes("://") ? target : `http://${target}`;
        const answer = await fetch(url, { method, headers, redirect });
        metrics.status.set(answer.status);
        metrics.size.set((await answer.arrayBuffer()).byteLength);
        if (!statuses.includes(answer.status)) fail(`the status is ${answer.status}`);
      },
    },
  },
});

export default serve(reach, import.meta);
