import { secret } from "@exporterkit/core";
import * as v from "valibot";

const TLS_VERSIONS = { TLS10: "TLSv1", TLS11: "TLSv1.1", TLS12: "TLSv1.2", TLS13: "TLSv1.3" } as const;

const tlsVersion = v.optional(
  v.pipe(
    v.picklist(["TLS10", "TLS11", "TLS12", "TLS13"]),
    v.transform((name) => TLS_VERSIONS[name]),
  ),
);

const tlsConfig = v.object({
  ca: v.optional(secret()),
  cert: v.optional(secret()),
  key: v.optional(secret()),
  serverName: v.optional(v.string()),
  insecureSkipVerify: v.optional(v.boolean(), false),
  minVersion: tlsVersion,
  maxVersion: tlsVersion,
});

/** Who the exporter says that it is: at most one of these. */
const CREDENTIALS = ["basicAuth", "authorization", "bearerToken", "oauth2"] as const;

const entries = {
  basicAuth: v.optional(v.object({ username: v.optional(v.string(), ""), password: v.optional(secret()) })),
  authorization: v.optional(
    v.object({
      type: v.optional(
        v.pipe(
          v.string(),
          v.trim(),
          v.check((type) => type.toLowerCase() !== "basic", 'It cannot be "basic", use basic_auth instead'),
          v.transform((type) => type || "Bearer"),
        ),
        "Bearer",
      ),
      credentials: v.optional(secret()),
    }),
  ),
  bearerToken: v.optional(secret()),
  oauth2: v.optional(
    v.object({
      clientId: v.string(),
      clientSecret: v.optional(secret()),
      tokenUrl: v.pipe(v.string(), v.url()),
      scopes: v.optional(v.array(v.string()), []),
      endpointParams: v.optional(v.record(v.string(), v.string()), {}),
      tlsConfig: v.optional(tlsConfig, {}),
    }),
  ),
  tlsConfig: v.optional(tlsConfig, {}),
  followRedirects: v.optional(v.boolean(), true),
  // The official exporter does not speak it either.
  enableHttp2: v.optional(v.boolean()),
  httpHeaders: v.optional(
    v.record(
      v.string(),
      v.object({
        values: v.optional(v.array(v.string()), []),
        secrets: v.optional(v.array(secret()), []),
      }),
    ),
    {},
  ),
  proxyUrl: noProxy(),
  noProxy: noProxy(),
  proxyFromEnvironment: noProxy(),
  proxyConnectHeader: noProxy(),
};

const ONE_IDENTITY = "expected at most one of basic_auth, authorization, bearer_token and oauth2";

/** How a module's requests are made: `http_client_config`, as Prometheus has it. */
export const httpClientConfig = v.pipe(v.object(entries), v.check((config) => hasOneIdentity(config), ONE_IDENTITY));

/** Credentials with a name, for the hosts that they list only. */
export const authModule = v.pipe(
  v.object({ ...entries, hosts: v.pipe(v.array(v.string()), v.minLength(1)) }),
  v.check((config) => hasOneIdentity(config), ONE_IDENTITY),
);

/** How requests are made, validated. */
export type HttpClientConfig = v.InferOutput<typeof httpClientConfig>;

function hasOneIdentity(config: { readonly [Name in (typeof CREDENTIALS)[number]]?: unknown }): boolean {
  return CREDENTIALS.filter((name) => config[name] !== undefined).length <= 1;
}

/** Refuses a key whose absence could be taken for its effect. */
function noProxy() {
  return v.optional(v.never("probes use no proxy: it would look up by itself where they may not go"));
}
