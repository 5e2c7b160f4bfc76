import { secret } from "@exporterkit/core";
import * as v from "valibot";

const TLS_VERSIONS = { TLS10: "TLSv1", TLS11: "TLSv1.1", TLS12: "TLSv1.2", TLS13: "TLSv1.3" } as const;
/** Who the exporter says that it is: at most one of these. */
const CREDENTIALS = ["basicAuth", "authorization", "bearerToken", "oauth2"] as const;
const NO_PROXY = "probes use no proxy: it would look up by itself where they may not go";
const ONE_IDENTITY = "expected at most one of basic_auth, authorization, bearer_token and oauth2";

const tlsConfig = v.object({
  ca: v.optional(v.pipe(secret(), v.description("Authorities that may have signed the server's certificate, as PEM."))),
  cert: v.optional(v.pipe(secret(), v.description("Certificate to show, as PEM."))),
  key: v.optional(v.pipe(secret(), v.description("Private key of that certificate, as PEM."))),
  serverName: v.optional(v.pipe(v.string(), v.description("Name that is expected in the server's certificate."))),
  insecureSkipVerify: v.optional(v.pipe(v.boolean(), v.description("Take any certificate.")), false),
  minVersion: v.optional(tlsVersion("Oldest version to speak.")),
  maxVersion: v.optional(tlsVersion("Newest version to speak.")),
});

const basicAuth = v.object({
  username: v.optional(v.pipe(secret(), v.description("User of basic authentication."))),
  password: v.optional(v.pipe(secret(), v.description("Password of that user."))),
});

const authorization = v.object({
  type: v.optional(
    v.pipe(
      v.string(),
      v.description("First word of the header Authorization."),
      v.trim(),
      v.check((type) => type.toLowerCase() !== "basic", 'It cannot be "basic", use basic_auth instead'),
      v.transform((type) => type || "Bearer"),
    ),
    "Bearer",
  ),
  credentials: v.optional(v.pipe(secret(), v.description("The rest of that header."))),
});

const oauth2 = v.object({
  clientId: v.pipe(v.string(), v.description("Identifier of the client that a token is asked for with.")),
  clientSecret: v.optional(v.pipe(secret(), v.description("Secret of that client."))),
  tokenUrl: v.pipe(v.string(), v.url(), v.description("Where each probe gets its token.")),
  scopes: v.optional(v.pipe(v.array(v.string()), v.description("What the token is for.")), []),
  endpointParams: v.optional(v.pipe(v.record(v.string(), v.string()), v.description("Other fields of the form.")), {}),
  tlsConfig: v.optional(v.pipe(tlsConfig, v.description("TLS with the server of tokens; keys as below.")), {}),
});

const httpHeader = v.object({
  values: v.optional(
    v.pipe(v.array(v.string()), v.description("Values of this header, in place of the module's.")),
    [],
  ),
  secrets: v.optional(v.pipe(v.array(secret()), v.description("Values that nobody may see.")), []),
});

const entries = {
  basicAuth: v.optional(basicAuth),
  authorization: v.optional(authorization),
  bearerToken: v.optional(v.pipe(secret(), v.description("The same as authorization.credentials."))),
  oauth2: v.optional(oauth2),
  tlsConfig: v.optional(tlsConfig, {}),
  followRedirects: v.optional(v.pipe(v.boolean(), v.description("Go where the API redirects to.")), true),
  enableHttp2: v.optional(v.pipe(v.boolean(), v.description("Without effect, as in json_exporter."))),
  httpHeaders: v.optional(v.record(v.string(), httpHeader), {}),
  proxyUrl: noProxy(),
  noProxy: v.optional(v.pipe(v.string(), v.description("Without effect: there is no proxy."))),
  proxyFromEnvironment: v.optional(v.literal(false, NO_PROXY)),
  proxyConnectHeader: noProxy(),
};

/** How a module's requests are made: `http_client_config`, as Prometheus has it. */
export const httpClientConfig = v.pipe(v.object(entries), v.check((config) => hasOneIdentity(config), ONE_IDENTITY));

/** Credentials with a name, for the hosts that they list only. */
export const authModule = v.pipe(
  v.object({
    hosts: v.pipe(
      v.array(v.string()),
      v.minLength(1),
      v.description("The only hosts that it may be sent to, as in `*.example.com` or `10.1.0.0/16`."),
    ),
    ...entries,
  }),
  v.check((config) => hasOneIdentity(config), ONE_IDENTITY),
);

/** How requests are made, validated. */
export type HttpClientConfig = v.InferOutput<typeof httpClientConfig>;

function tlsVersion(description: string) {
  return v.pipe(
    v.picklist(["TLS10", "TLS11", "TLS12", "TLS13"]),
    v.description(description),
    v.transform((name) => TLS_VERSIONS[name]),
  );
}

function hasOneIdentity(config: { readonly [Name in (typeof CREDENTIALS)[number]]?: unknown }): boolean {
  return CREDENTIALS.filter((name) => config[name] !== undefined).length <= 1;
}

/** Refuses a key whose absence could be taken for its effect. */
function noProxy() {
  return v.optional(v.never(NO_PROXY));
}
