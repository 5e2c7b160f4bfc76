import { alias, duration } from "@exporterkit/core";
import * as v from "valibot";
import { constLabels } from "./const_labels.ts";
import { parseScrapeUri } from "./scrape_uri.ts";

const scrapeUri = v.pipe(
  v.string(),
  v.check(
    (text) => parseScrapeUri(text) !== undefined,
    "expected an address such as http://127.0.0.1:8080/stub_status or unix:/run/nginx.sock:/stub_status",
  ),
  v.transform((text) => parseScrapeUri(text)!),
);

const nginx = v.pipe(
  v.object({
    scrapeUri: v.optional(
      v.pipe(
        v.array(scrapeUri),
        alias({ variable: "SCRAPE_URI" }),
        v.description(
          "Address of the stub_status page: http://, https:// or unix:<socket>:<path>. A user and a password in it are " +
            "sent as basic authentication. Repeatable: metrics then have the label addr.",
        ),
        v.minLength(1, "expected an address"),
        v.check((all) => new Set(all.map(({ shown }) => shown)).size === all.length, "expected each address once"),
      ),
      ["http://127.0.0.1:8080/stub_status"],
    ),
    timeout: v.optional(
      v.pipe(
        duration(),
        alias({ variable: "TIMEOUT" }),
        v.description("How long nginx may take to answer, such as 5s; by default as long as the scraper waits."),
      ),
    ),
    sslVerify: v.optional(
      v.pipe(
        v.boolean(),
        alias({ variable: "SSL_VERIFY" }),
        v.description("Whether the certificate of an https:// address is verified."),
      ),
      true,
    ),
    sslCaCert: optionalFile(
      "SSL_CA_CERT",
      "PEM file of the authorities that may have signed that certificate; the runtime's by default.",
    ),
    sslClientCert: optionalFile("SSL_CLIENT_CERT", "PEM file of the certificate that this exporter shows."),
    sslClientKey: optionalFile("SSL_CLIENT_KEY", "PEM file of the key of that certificate."),
    retries: v.optional(
      v.pipe(
        v.number(),
        alias({ variable: "NGINX_RETRIES" }),
        v.description("Without effect: it starts without nginx, and goes on without it."),
        v.integer(),
        v.minValue(0),
      ),
      0,
    ),
    retryInterval: v.optional(
      v.pipe(duration(), alias({ variable: "NGINX_RETRY_INTERVAL" }), v.description("Without effect, as retries.")),
      "5s",
    ),
    plus: refused("NGINX_PLUS", "The API of NGINX Plus is not supported, only stub_status."),
    proxyProtocol: refused("PROXY_PROTOCOL", "The PROXY protocol is not supported: use a listen without it."),
  }),
  v.check(
    ({ sslClientCert, sslClientKey }) => isTogether(sslClientCert, sslClientKey),
    "expected ssl_client_cert and ssl_client_key together, or neither",
  ),
);

/** As nginx-prometheus-exporter had them up to 0.11; `--web.config.file` says more. */
const web = v.pipe(
  v.object({
    securedMetrics: v.optional(
      v.pipe(
        v.boolean(),
        alias({ variable: "SECURED_METRICS" }),
        v.description("Whether this exporter answers over TLS, with the certificate below."),
      ),
      false,
    ),
    sslServerCert: optionalFile("SSL_SERVER_CERT", "PEM file of the certificate of this exporter."),
    sslServerKey: optionalFile("SSL_SERVER_KEY", "PEM file of the key of that certificate."),
  }),
  v.check(
    ({ securedMetrics, sslServerCert, sslServerKey }) =>
      !securedMetrics || sslServerCert !== undefined && sslServerKey !== undefined,
    "expected ssl_server_cert and ssl_server_key with secured_metrics",
  ),
);

/** The settings of the nginx exporter, with the flags and variables of nginx-prometheus-exporter. */
export const settings = v.object({
  nginx: v.optional(nginx, {}),
  prometheus: v.optional(v.object({ constLabel: v.optional(constLabels, []) }), {}),
  web: v.optional(web, {}),
});

/** All of them, validated. */
export type Settings = v.InferOutput<typeof settings>;

/** What `--nginx.*` sets, validated. */
export type NginxSettings = Settings["nginx"];

function optionalFile(variable: string, description: string) {
  return v.optional(v.pipe(v.string(), alias({ variable }), v.description(description)));
}

/** What the original has and this one has not: to say its default is no mistake. */
function refused(variable: string, reason: string) {
  return v.optional(
    v.pipe(
      v.boolean(),
      alias({ variable }),
      v.description(reason),
      v.check((on) => !on, `expected false. ${reason}`),
    ),
    false,
  );
}

function isTogether(cert: string | undefined, key: string | undefined): boolean {
  return (cert === undefined) === (key === undefined);
}
