import { defineCollector, gauge } from "@exporterkit/core";
import type { Redis } from "./redis.ts";
import type { RedisSettings } from "./settings.ts";

const NAME = "redis_connected_clients_details";
const HELP = "Connections of clients, of value 1, from CLIENT LIST.";
const LABELS = ["name", "created_at", "idle_since", "flags", "db", "omem", "cmd", "host"] as const;

/** Collects the connections of clients. */
export const clientList = defineCollector<RedisSettings, Redis>()({
  help: "Connections of clients, a series each, from CLIENT LIST.",
  enabled: false,
  alias: { flag: "export-client-list", variable: "REDIS_EXPORTER_EXPORT_CLIENT_LIST" },
  async collect({ settings, resource: redis, signal, family, now }) {
    const withPort = settings.exportClientPort;
    const details = family(gauge<readonly string[]>(NAME, HELP, withPort ? [...LABELS, "port"] : LABELS));
    for (const client of parseClients(String(await redis.send(["CLIENT", "LIST"], signal)), now())) {
      const { port, ...labels } = client;
      details.set(withPort ? { ...labels, port } : labels, 1);
    }
  },
});

/** One client, as labels. */
export type Client = Readonly<Record<typeof LABELS[number] | "port", string>>;

/**
 * Reads CLIENT LIST: a line per client, `id=3 addr=127.0.0.1:50000 name= age=5 idle=0 flags=N ...`.
 *
 * @param nowMs When it was answered, in milliseconds since the epoch: age and idleness are told as points in time.
 */
export function parseClients(text: string, nowMs: number): Client[] {
  const nowSeconds = Math.floor(nowMs / 1000);
  return text.split(/\r?\n/).filter((line) => line !== "").map((line) => {
    const fields = new Map(
      line.split(" ").map((pair) => {
        const at = pair.indexOf("=");
        return [pair.slice(0, at), pair.slice(at + 1)] as const;
      }),
    );
    const field = (name: string) => fields.get(name) ?? "";
    const since = (name: string) => field(name) === "" ? "" : String(nowSeconds - Number(field(name)));
    const address = field("addr");
    const colon = address.lastIndexOf(":");
    return {
      name: field("name"),
      created_at: since("age"),
      idle_since: since("idle"),
      flags: field("flags"),
      db: field("db"),
      omem: field("omem"),
      cmd: field("cmd"),
      host: address.slice(0, colon).replace(/^\[(.*)\]$/, "$1"),
      port: address.slice(colon + 1),
    };
  });
}
