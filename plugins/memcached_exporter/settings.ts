import { duration } from "@exporterkit/core";
import * as v from "valibot";
import { parseAddress } from "./address.ts";

/** Where probes are asked for; the second is that of memcached_exporter. */
export const SCRAPE_PATHS: readonly string[] = ["/probe", "/scrape"];

/** The settings of the memcached exporter; each is a flag of memcached_exporter's name, as `--memcached.address`. */
export const settings = v.object({
  memcached: v.optional(
    v.object({
      address: v.optional(
        v.pipe(
          v.string(),
          v.description("Address of memcached: host:port, or the path of a Unix socket."),
          v.check(
            (text) => parseAddress(text) !== undefined,
            "expected host:port such as localhost:11211, or a path such as /run/memcached.sock",
          ),
          v.transform((text) => parseAddress(text)!),
        ),
        "localhost:11211",
      ),
      timeout: v.optional(
        v.pipe(
          duration(),
          v.description(
            "How long memcached may take to connect, and to answer, such as 1s; by default as long as the scraper waits.",
          ),
        ),
      ),
      pidFile: v.optional(
        v.pipe(
          v.string(),
          v.description("File with the process id of memcached on this machine, for metrics about its process."),
        ),
        "",
      ),
      tls: v.optional(
        v.pipe(
          v.object({
            enable: v.optional(v.pipe(v.boolean(), v.description("Whether the connection is encrypted.")), false),
            certFile: optionalText("PEM file of the certificate that this exporter shows."),
            keyFile: optionalText("PEM file of the key of that certificate."),
            caFile: optionalText(
              "PEM file of the authorities that may have signed memcached's certificate; the runtime's by default.",
            ),
            insecureSkipVerify: v.optional(
              v.pipe(v.boolean(), v.description("Whether memcached's certificate is not verified.")),
              false,
            ),
            serverName: optionalText("Name in memcached's certificate; the host of the address by default."),
          }),
          v.check(
            ({ certFile, keyFile }) => (certFile === undefined) === (keyFile === undefined),
            "expected cert_file and key_file together, or neither",
          ),
        ),
        {},
      ),
    }),
    {},
  ),
  web: v.optional(
    v.object({
      scrapePath: v.optional(
        v.pipe(
          v.string(),
          v.check((path) => SCRAPE_PATHS.includes(path), `expected ${SCRAPE_PATHS.join(" or ")}: both are there`),
          v.description("Where probes are asked for: only what is there anyhow."),
        ),
        "/scrape",
      ),
    }),
    {},
  ),
  targets: v.optional(
    v.pipe(
      v.array(v.string()),
      v.description("Server to list at /sd for probes, as in 10.0.0.5:11211. Repeatable."),
    ),
    [],
  ),
});

/** All of them, validated. */
export type Settings = v.InferOutput<typeof settings>;

/** What `--memcached.*` sets, validated. */
export type MemcachedSettings = Settings["memcached"];

function optionalText(description: string) {
  return v.optional(v.pipe(v.string(), v.description(description)));
}
