import { secret } from "@exporterkit/core";
import * as v from "valibot";
import { addressing, bytes, off, on, regexp, regexps, text } from "./schemas.ts";
import { tlsConfig } from "./tls_module.ts";

const headerMatches = v.optional(
  v.array(v.object({ header: v.string(), regexp: regexp, allow_missing: off })),
  [],
);

/** The schema of `http` in a module. */
export const httpModule = v.pipe(
  v.object({
    ...addressing,
    valid_status_codes: v.optional(v.array(v.pipe(v.number(), v.integer())), []),
    valid_http_versions: v.optional(v.array(v.string()), []),
    method: v.optional(v.string(), "GET"),
    headers: v.optional(v.record(v.string(), text), {}),
    body: v.optional(v.string(), ""),
    body_file: v.optional(v.string()),
    body_size_limit: v.optional(bytes, 0),
    compression: v.optional(v.picklist(["gzip", "deflate", "br", "identity", ""]), ""),
    fail_if_ssl: off,
    fail_if_not_ssl: off,
    fail_if_body_matches_regexp: regexps,
    fail_if_body_not_matches_regexp: regexps,
    fail_if_header_matches: headerMatches,
    fail_if_header_not_matches: headerMatches,
    follow_redirects: on,
    no_follow_redirects: v.optional(v.boolean()),
    enable_http2: on,
    proxy_url: v.optional(v.pipe(v.string(), v.regex(/^http:\/\//, "expected the http:// URL of a proxy"))),
    proxy_connect_header: v.optional(v.record(v.string(), v.array(secret())), {}),
    skip_resolve_phase_with_proxy: off,
    tls_config: v.optional(tlsConfig, {}),
    basic_auth: v.optional(v.object({ username: v.optional(text, ""), password: v.optional(secret()) })),
    authorization: v.optional(v.object({ type: v.optional(v.string(), "Bearer"), credentials: secret() })),
    bearer_token: v.optional(secret()),
    oauth2: v.optional(
      v.object({
        client_id: text,
        client_secret: v.optional(secret()),
        scopes: v.optional(v.array(v.string()), []),
        token_url: v.pipe(v.string(), v.url("expected a URL")),
        endpoint_params: v.optional(v.record(v.string(), text), {}),
        tls_config: v.optional(tlsConfig, {}),
      }),
    ),
  }),
  v.check(
    (module) =>
      [module.basic_auth, module.authorization ?? module.bearer_token, module.oauth2].filter((one) => one !== undefined)
        .length <= 1,
    "expected one of basic_auth, authorization, bearer_token and oauth2, not several",
  ),
);

/** `http` of a module. */
export type HttpModule = v.InferOutput<typeof httpModule>;
