import { askServer } from "./_request.ts";
import { type Announcement, type AnnouncementOptions, keepAnnounced, LEASE_MS } from "./announcement.ts";
import { type Instance, instanceId, targetGroups } from "./instance.ts";
import { serverUrl } from "./server_url.ts";

/** Which catalogue an instance is announced to. */
export interface LeaseAnnouncementOptions extends AnnouncementOptions {
  /** Address of `exporterkit discover`, such as `http://discover:9099`. */
  readonly url: string;
  /** Gives the token that registrations need, before each request. @default none */
  readonly token?: () => Promise<string | undefined>;
  /** Sends the requests. @default the runtime's `fetch` */
  readonly fetch?: typeof fetch;
}

/**
 * Registers an instance with `exporterkit discover`: a lease of 60 seconds, renewed every 20, given back by withdrawing.
 *
 * Each renewal says everything, so that a catalogue that was away or has lost its data needs nothing else to be whole again.
 *
 * @throws {TypeError} If the URL is none of an HTTP server.
 * @example What the catalogue is asked
 * ```ts
 * import { announceByLease } from "@exporterkit/core/discovery";
 * import assert from "node:assert/strict";
 *
 * // In place of a catalogue.
 * const asked: string[] = [];
 * async function fetch(url: URL | RequestInfo, init?: RequestInit): Promise<Response> {
 *   asked.push(`${init?.method} ${url}`);
 *   return new Response();
 * }
 *
 * const instance = { exporter: "queue", address: "10.0.0.5:9876" };
 * const announcement = announceByLease(instance, { url: "http://discover:9099", fetch });
 * await announcement.withdraw();
 * assert.deepEqual(asked, [
 *   "PUT http://discover:9099/instances/queue-10.0.0.5_9876",
 *   "DELETE http://discover:9099/instances/queue-10.0.0.5_9876",
 * ]);
 * ```
 */
export function announceByLease(instance: Instance, options: LeaseAnnouncementOptions): Announcement {
  const { token, fetch } = options;
  const catalogue = serverUrl(options.url);
  const [group] = targetGroups([instance]);
  async function ask(method: "PUT" | "DELETE", body?: unknown): Promise<void> {
    const secret = await token?.();
    const headers: Record<string, string> = secret === undefined ? {} : { Authorization: `Bearer ${secret}` };
    await askServer(`${catalogue}/instances/${instanceId(instance)}`, { method, headers, secret, body, fetch });
  }
  return keepAnnounced({
    fields: { target: instance.address, catalogue },
    renew: () => ask("PUT", { ...group, ttl: `${LEASE_MS / 1000}s` }),
    takeBack: () => ask("DELETE"),
  }, options);
}
