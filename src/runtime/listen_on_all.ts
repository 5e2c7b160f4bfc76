import type { Handler } from "../http/handler.ts";
import { errorText } from "../log/logger.ts";
import { type Address, hostText } from "./address.ts";
import type { Listener, Web } from "./platform.ts";

/**
 * Listens on all addresses, or on none.
 *
 * @throws {Error} If it cannot listen on one of them; the message says what to do.
 */
export async function listenOnAll(
  { listen }: Pick<Web, "listen">,
  addresses: readonly Address[],
  answer: Handler,
): Promise<Listener[]> {
  const listeners: Listener[] = [];
  for (const address of addresses) {
    try {
      listeners.push(await listen(address, answer));
    } catch (cause) {
      await Promise.all(listeners.map((listener) => listener.close()));
      throw new ListenError(address, cause);
    }
  }
  return listeners;
}

class ListenError extends Error {
  override name = "ListenError";

  constructor({ host, port }: Address, cause: unknown) {
    const inUse = (cause as { code?: unknown })?.code === "EADDRINUSE" || (cause as Error)?.name === "AddrInUse";
    const why = inUse
      ? "the port is in use; stop the other program or choose another with --web.listen-address"
      : errorText(cause);
    super(`Cannot listen on ${hostText(host)}:${port}: ${why}`);
  }
}

/** The URL of a path where something listens. */
export function urlOf(scheme: Web["scheme"], { host, port }: Address, path: string): string {
  return `${scheme}://${host === "" ? "localhost" : hostText(host)}:${port}${path}`;
}
