import { readFile } from "node:fs/promises";
import type { ConnectionOptions } from "node:tls";
import { UpstreamError } from "@exporterkit/core";
import { Connection } from "./connection.ts";
import { parseStats, type Stats } from "./_stats_text.ts";
import type { Server } from "./server.ts";
import type { MemcachedSettings } from "./settings.ts";

/**
 * Asks one memcached, on one connection that is kept from scrape to scrape: so the exporter still sees a server that has no
 * connection left for anybody else, and adds nothing to the connections that it counts.
 */
export class MemcachedClient {
  readonly #settings: MemcachedSettings;
  readonly #server: Server;
  #connection: Connection | undefined;

  /** Does not connect yet. */
  constructor(settings: MemcachedSettings, server: Server) {
    this.#settings = settings;
    this.#server = server;
  }

  /**
   * Makes sure that memcached answers, on a new connection if the kept one has broken.
   *
   * @throws {Error} If it does not, with what went wrong; or the reason of the signal.
   */
  async reach(signal: AbortSignal): Promise<void> {
    await this.#within(signal, async (signal) => {
      const kept = this.#connection;
      if (kept?.isOpen) {
        try {
          await kept.ask("version", signal);
          return;
        } catch (error) {
          // Memcached may have been restarted since, or closed a connection that was idle.
          if (signal.aborted || kept.isOpen) throw error;
        }
      }
      const tls = await tlsOptions(this.#settings, this.#server);
      this.#connection = await Connection.open(await this.#server.locate(), { tls, signal });
      await this.#connection.ask("version", signal);
    });
  }

  /**
   * Asks for statistics on the connection that {@link reach} made sure of.
   *
   * @param command Such as `stats slabs`.
   * @throws {Error} If memcached does not answer, or with an error; or the reason of the signal.
   */
  async stats(command: string, signal: AbortSignal): Promise<Stats> {
    const lines = await this.#within(signal, (signal) => {
      if (this.#connection === undefined) throw new Error("there is no connection yet");
      return this.#connection.ask(command, signal);
    });
    return parseStats(lines);
  }

  /** Ends the connection. */
  close(): void {
    this.#connection?.close();
  }

  /** Does something within the time-out of the settings, if there is one. */
  async #within<Value>(signal: AbortSignal, act: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    const { timeout } = this.#settings;
    const limit = timeout === undefined ? undefined : AbortSignal.timeout(timeout);
    try {
      return await act(limit === undefined ? signal : AbortSignal.any([signal, limit]));
    } catch (error) {
      // The scrape knows best why it gave up.
      if (signal.aborted) throw signal.reason;
      const message = `Cannot ask memcached at ${this.#server.name}`;
      if (limit?.aborted) throw new UpstreamError("timeout", `${message}: no answer within ${timeout} ms`);
      throw new Error(message, { cause: error });
    }
  }
}

/** Files with certificates are read anew for each connection. */
async function tlsOptions({ tls }: MemcachedSettings, { serverName }: Server): Promise<ConnectionOptions | undefined> {
  if (!tls.enable) return undefined;
  const [ca, cert, key] = await Promise.all(
    [tls.caFile, tls.certFile, tls.keyFile].map((path) => path === undefined ? undefined : readFile(path)),
  );
  const name = serverName === undefined ? {} : { servername: serverName };
  return { rejectUnauthorized: !tls.insecureSkipVerify, ca, cert, key, ...name };
}
