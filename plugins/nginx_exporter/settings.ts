import { alias, duration } from "@exporterkit/core";
import * as v from "valibot";
import { parseScrapeUri } from "./scrape_uri.ts";

/** The settings of the nginx exporter, with the flags and variables of nginx-prometheus-exporter. */
export const settings = v.object({
  nginx: v.optional(
    v.pipe(
      v.object({
        scrapeUri: v.optional(
          v.pipe(
            v.string(),
            alias({ variable: "SCRAPE_URI" }),
            v.description(
              "Address of the stub_status page: http://, https:// or unix:<socket>:<path>. A user and a password in it are " +
                "sent as basic authentication.",
            ),
            v.check(
              (text) => parseScrapeUri(text) !== undefined,
              "expected an address such as http://127.0.0.1:8080/stub_status or unix:/run/nginx.sock:/stub_status",
            ),
            v.transform((text) => parseScrapeUri(text)!),
          ),
          "http://127.0.0.1:8080/stub_status",
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
      }),
      v.check(
        ({ sslClientCert, sslClientKey }) => (sslClientCert === undefined) === (sslClientKey === undefined),
        "expected ssl_client_cert and ssl_client_key together, or neither",
      ),
    ),
    {},
  ),
});

/** What `--nginx.*` sets, validated. */
export type NginxSettings = v.InferOutput<typeof settings>["nginx"];

function optionalFile(variable: string, description: string) {
  return v.optional(v.pipe(v.string(), alias({ variable }), v.description(description)));
}
