import { Secret } from "@exporterkit/core";
import * as v from "valibot";
import { BodyTemplate } from "./body_template.ts";
import { familiesOf } from "./families.ts";
import { authModule, httpClientConfig } from "./http_client_settings.ts";
import { metricSettings } from "./metric_settings.ts";

/** Headers whose values nobody may see; of the others, words such as `application/json` may stand in the log. */
const OF_SECRETS = /auth|cookie|key|pass|secret|session|token/i;

const body = v.pipe(
  v.object({
    content: v.optional(v.pipe(v.string(), v.description("Body of the request, which is a POST if there is one.")), ""),
    templatize: v.optional(v.pipe(v.boolean(), v.description("Whether the body is a template.")), false),
  }),
  v.rawTransform(({ dataset: { value: { content, templatize } }, addIssue, NEVER }) => {
    if (!templatize) return content;
    try {
      return new BodyTemplate(content);
    } catch (error) {
      addIssue({ message: (error as Error).message });
      return NEVER;
    }
  }),
);

/** A module, as json_exporter's file has it. */
const moduleSettings = v.pipe(
  v.object({
    headers: v.optional(
      v.pipe(
        v.record(v.string(), v.pipe(v.string(), v.description("Header of the request."))),
        v.transform((headers) =>
          Object.entries(headers).map(([name, value]) =>
            [name, OF_SECRETS.test(name) ? new Secret(value) : value] as const
          )
        ),
      ),
      {},
    ),
    metrics: v.optional(
      v.pipe(
        v.array(metricSettings),
        v.rawTransform(({ dataset: { value }, addIssue, NEVER }) => {
          try {
            return familiesOf(value);
          } catch (error) {
            addIssue({ message: (error as Error).message });
            return NEVER;
          }
        }),
      ),
      [],
    ),
    httpClientConfig: v.optional(httpClientConfig, {}),
    body: v.optional(body),
    validStatusCodes: v.optional(
      v.pipe(
        v.array(v.pipe(v.number(), v.integer())),
        v.description("Statuses of answers to read; 2xx if there are none."),
      ),
      [],
    ),
  }),
  v.transform(({ metrics: families, ...request }) => ({ ...request, families })),
);

const target = v.object({
  target: v.pipe(v.string(), v.description("URL that `/sd` lists; it may be probed wherever it is.")),
  module: v.optional(v.pipe(v.string(), v.description("Name of its module."))),
  authModule: v.optional(v.pipe(v.string(), v.description("Name of its auth module."))),
  labels: v.optional(v.record(v.string(), v.pipe(v.string(), v.description("Label of all its series."))), {}),
});

/** The settings of the JSON exporter: json_exporter's file as it is, and what `/sd` lists. */
export const settings = v.object({
  modules: v.optional(
    v.pipe(
      v.record(v.string(), moduleSettings),
      v.description("What is asked for and which metrics it gives, by the name that `?module=` knows."),
    ),
    {},
  ),
  authModules: v.optional(
    v.pipe(
      v.record(v.string(), authModule),
      v.description("Credentials by the name that `?auth_module=` knows, for the hosts that each lists."),
    ),
    {},
  ),
  targets: v.optional(
    v.pipe(v.array(target), v.description("What `/sd` lists; may be probed wherever it is.")),
    [],
  ),
});

/** The validated settings. */
export type JsonSettings = v.InferOutput<typeof settings>;
/** How one module asks, and what it makes of the answer. */
export type JsonModule = v.InferOutput<typeof moduleSettings>;
/** Credentials of one auth module. */
export type JsonAuthModule = v.InferOutput<typeof authModule>;
