import { askServer } from "./_request.ts";
import { type Announcement, type AnnouncementOptions, keepAnnounced, LEASE_MS } from "./announcement.ts";
import { type Instance, instanceId, targetGroups } from "./instance.ts";
import { serverUrl } from "./server_url.ts";

/** Which Consul agent an instance is announced to. */
export interface ConsulAnnouncementOptions extends AnnouncementOptions {
  /** Address of the agent, such as `http://127.0.0.1:8500`. */
  readonly url: string;
  /** Consul forgets an instance without a sign of life after so many milliseconds, at least a minute. @default 24 hours */
  readonly forgetAfterMs?: number;
  /** Gives the ACL token, before each request. @default none */
  readonly token?: () => Promise<string | undefined>;
  /** Sends the requests. @default the runtime's `fetch` */
  readonly fetch?: typeof fetch;
}

/** 24 hours. */
export const DEFAULT_FORGET_AFTER_MS = 86_400_000;

/** What Consul allows as a key and a value of a service's metadata. */
const META_KEY = /^[A-Za-z0-9_-]{1,128}$/;
const MOST_META_VALUE_BYTES = 512;

/**
 * Registers an instance with a Consul agent as a service `<exporter>-exporter` with a TTL check, and keeps the check alive.
 *
 * The labels are the service's metadata under their own names, `__scheme__` and the like included, so that one rule of
 * Prometheus' `consul_sd_configs` takes them all: `action: labelmap`, `regex: __meta_consul_service_metadata_(.+)`. An agent
 * that is away or has forgotten the service is told again. Only withdrawing deregisters; an instance that died becomes
 * critical after a minute, and Consul itself forgets it after `forgetAfterMs`.
 *
 * Requests as in Consul's agent API: `PUT /v1/agent/service/register`, `/v1/agent/check/pass/<check>` and
 * `/v1/agent/service/deregister/<id>`, with the token as `X-Consul-Token`.
 *
 * @throws {TypeError} If the URL is none of an HTTP server, or a label cannot be metadata.
 * @example What the agent is asked
 * ```ts
 * import { announceToConsul } from "@exporterkit/core/discovery";
 * import assert from "node:assert/strict";
 *
 * // In place of an agent.
 * const asked: string[] = [];
 * async function fetch(url: URL | RequestInfo, init?: RequestInit): Promise<Response> {
 *   asked.push(`${init?.method} ${new URL(String(url)).pathname}`);
 *   return new Response();
 * }
 *
 * const instance = { exporter: "queue", address: "10.0.0.5:9876" };
 * const announcement = announceToConsul(instance, { url: "http://127.0.0.1:8500", fetch });
 * await announcement.withdraw();
 * assert.deepEqual(asked, [
 *   "PUT /v1/agent/service/register",
 *   "PUT /v1/agent/service/deregister/queue-10.0.0.5_9876",
 * ]);
 * ```
 */
export function announceToConsul(instance: Instance, options: ConsulAnnouncementOptions): Announcement {
  const { token, fetch, forgetAfterMs = DEFAULT_FORGET_AFTER_MS } = options;
  const agent = serverUrl(options.url);
  const service = serviceOf(instance, forgetAfterMs);
  let isRegistered = false;

  async function put(path: string, body?: unknown): Promise<void> {
    const secret = await token?.();
    const headers: Record<string, string> = secret === undefined ? {} : { "X-Consul-Token": secret };
    await askServer(`${agent}/v1/agent/${path}`, { method: "PUT", headers, secret, body, fetch });
  }
  async function stillLives(): Promise<boolean> {
    // An agent that has lost its data says that there is no such check.
    return isRegistered && await put(`check/pass/service:${service.ID}`).then(() => true, () => false);
  }
  return keepAnnounced({
    fields: { target: instance.address, consul: agent, service: service.Name },
    async renew() {
      if (await stillLives()) return;
      isRegistered = false;
      await put("service/register?replace-existing-checks=true", service);
      isRegistered = true;
    },
    takeBack: () => put(`service/deregister/${service.ID}`),
  }, options);
}

function serviceOf(instance: Instance, forgetAfterMs: number) {
  const [group] = targetGroups([instance]);
  const [, host = "", port] = /^(.*):(\d+)$/.exec(instance.address) ?? [];
  if (port === undefined) {
    throw new TypeError(`Cannot announce ${JSON.stringify(instance.address)} to Consul: expected host:port`);
  }
  const labels = Object.entries(group!.labels).filter(([name]) => !name.startsWith("__meta_"));
  for (const [name, value] of labels) {
    if (META_KEY.test(name) && new TextEncoder().encode(value).length <= MOST_META_VALUE_BYTES) continue;
    throw new TypeError(
      `Cannot announce label "${name}" to Consul: expected a name of at most 128 and a value of at most 512 bytes`,
    );
  }
  return {
    ID: instanceId(instance),
    // As a name in DNS, which Consul makes of it.
    Name: `${instance.exporter.replace(/_/g, "-")}-exporter`,
    Tags: ["exporterkit"],
    Address: host.replace(/^\[(.*)\]$/, "$1"),
    Port: Number(port),
    Meta: Object.fromEntries(labels),
    Check: {
      TTL: goDuration(LEASE_MS),
      Status: "passing",
      DeregisterCriticalServiceAfter: goDuration(forgetAfterMs),
    },
  };
}

/** Go knows no days. */
function goDuration(ms: number): string {
  return `${Math.round(ms / 1000)}s`;
}
