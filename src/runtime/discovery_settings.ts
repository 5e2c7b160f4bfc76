import * as v from "valibot";
import { serverUrl } from "../discovery/server_url.ts";
import { isLegacyLabelName } from "../model/names.ts";
import { parseDuration } from "../settings/duration.ts";

/** Consul takes no less. */
const LEAST_FORGET_AFTER_MS = 60_000;
/** What steers a scrape and is nothing that the exporter knows by itself. */
const STEERING = ["__scrape_interval__", "__scrape_timeout__"];

const server = v.pipe(
  v.string(),
  v.check(isServerUrl, 'expected a URL such as "http://127.0.0.1:8500", without user name and password'),
);

/** When somebody is forgotten who gives no sign of life. */
export const forgetAfter = v.optional(
  v.pipe(
    v.string(),
    v.check((text) => durationMs(text) >= LEAST_FORGET_AFTER_MS, 'expected at least a minute, such as "90m" or "24h"'),
    v.description("Forget an instance that has died after this time."),
  ),
  "24h",
);

/** How an exporter announces itself. */
export const DISCOVERY = v.object({
  file: v.optional(
    v.pipe(v.string(), v.nonEmpty("expected a folder"), v.description("Folder to write a file_sd file to.")),
  ),
  consul: v.optional(
    v.pipe(server, v.description("Consul agent to register with. Token: CONSUL_HTTP_TOKEN in the environment.")),
  ),
  http: v.optional(
    v.pipe(
      server,
      v.description('"exporterkit discover" to register with. Token: EXPORTERKIT_DISCOVERY_TOKEN in the environment.'),
    ),
  ),
  address: v.optional(
    v.pipe(
      v.string(),
      v.check((text) => readAnnouncedAddress(text) !== undefined, "expected host, host:port or [address]:port"),
      v.description("What to announce. Default: where it listens, or the name of the host."),
    ),
  ),
  label: v.optional(
    v.pipe(
      v.array(
        v.pipe(
          v.string(),
          v.check((text) => {
            const { name = "" } = readPair(text) ?? {};
            return isLegacyLabelName(name) && (!name.startsWith("__") || STEERING.includes(name));
          }, "expected name=value, as in team=checkout"),
        ),
      ),
      v.description("Label to announce, as in team=checkout. Repeatable."),
    ),
    [],
  ),
  param: v.optional(
    v.pipe(
      v.array(
        v.pipe(
          v.string(),
          v.check((text) => /^\w+$/.test(readPair(text)?.name ?? ""), "expected name=value, as in module=slow"),
        ),
      ),
      v.description("Query parameter of each scrape to announce, as in module=slow. Repeatable."),
    ),
    [],
  ),
  forgetAfter,
});

/** What an exporter was told about it. */
export type DiscoveryOptions = v.InferOutput<typeof DISCOVERY>;

/** Reads `host`, `host:port`, an IPv6 address, `[v6]` or `[v6]:port`; the host of an IPv6 address is given in brackets. */
export function readAnnouncedAddress(text: string): { readonly host: string; readonly port?: number } | undefined {
  if (/^[0-9a-f.]*:[0-9a-f.]*:[0-9a-f:.]*$/i.test(text)) return { host: `[${text}]` };
  const [, host, port] = /^(\[[0-9a-f:.]+\]|[^\s\/:\[\]]+)(?::(\d{1,5}))?$/i.exec(text) ?? [];
  if (host === undefined || Number(port ?? 1) < 1 || Number(port ?? 1) > 65_535) return undefined;
  return port === undefined ? { host } : { host, port: Number(port) };
}

/** The pairs of a list as an object; the last of a name counts. */
export function readPairs(texts: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    texts.map(readPair).filter((pair) => pair !== undefined).map(({ name, value }) => [name, value]),
  );
}

function readPair(text: string): { readonly name: string; readonly value: string } | undefined {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  return name === undefined || value === undefined ? undefined : { name, value };
}

function isServerUrl(text: string): boolean {
  try {
    serverUrl(text);
    return true;
  } catch {
    return false;
  }
}

function durationMs(text: string): number {
  try {
    return parseDuration(text);
  } catch {
    return NaN;
  }
}
