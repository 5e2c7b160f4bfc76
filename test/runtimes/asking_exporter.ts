/** An exporter that does nothing but ask its upstream, to see what it says when that fails. */
import { defineExporter, serve, UpstreamError } from "@exporterkit/core";
import * as v from "valibot";

const exporter = defineExporter({
  name: "asking",
  version: "1.0.0",
  port: 9878,
  settings: v.object({ upstream: v.optional(v.string(), "http://127.0.0.1:1/") }),
  async check({ settings, fetch, signal }) {
    const { status } = await fetch(settings.upstream, { signal }).catch((cause) => {
      throw new Error("Cannot ask the upstream", { cause });
    });
    if (status === 401) throw new UpstreamError("unauthenticated", "The upstream wants another password");
    if (status !== 200) throw new Error(`The upstream answered ${status}, expected 200`);
  },
  collectors: {},
});

export default serve(exporter, import.meta);
