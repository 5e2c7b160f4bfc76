import * as v from "valibot";

const ROOT = "expected no path: leave it to the proxy that has the prefix";

/** Flags of blackbox_exporter that have no other name here; of each only what this exporter does anyhow is right. */
export const flags = {
  history: v.optional(
    v.object({
      limit: v.optional(
        v.pipe(
          v.number(),
          v.integer(),
          v.description("Without effect: there is no history; failed probes are logged at --log.level=debug."),
        ),
        100,
      ),
    }),
    {},
  ),
  web: v.optional(
    v.object({
      externalUrl: v.optional(
        v.pipe(
          v.string(),
          v.description("URL of this exporter for others, without a path; it makes no links with it."),
          v.check((text) => !/^(?:https?:\/\/[^/]*)?\/+[^/]/.test(text), ROOT),
        ),
        "",
      ),
      routePrefix: v.optional(
        v.pipe(
          v.string(),
          v.description("Where its paths begin: at / only."),
          v.check((text) => /^\/*$/.test(text), ROOT),
        ),
        "/",
      ),
    }),
    {},
  ),
};
