import { connect } from "node:net";
import type { Address } from "./_address.ts";

/** A server that says something unasked does so at once. */
const PATIENCE_MS = 250;

/**
 * What Redis says to a client that it does not want, before that has asked anything: that there are too many clients, or
 * that it talks to its own machine only. The client's library has no place for an answer without a question.
 *
 * @returns The error as Redis words it; `undefined` if it says nothing, or with TLS, where it would say it in the open.
 */
export function greetingOf({ host, port, path, tls }: Address, signal: AbortSignal): Promise<string | undefined> {
  if (tls) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const socket = path === undefined ? connect(port!, host) : connect(path);
    const timer = setTimeout(() => end(undefined), PATIENCE_MS);
    function end(said: string | undefined): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      socket.destroy();
      resolve(said);
    }
    const abort = () => end(undefined);
    signal.addEventListener("abort", abort);
    socket.on("error", abort);
    socket.on("close", abort);
    socket.on("data", (bytes) => end(/^-([^\r\n]+)/.exec(bytes.toString())?.[1]));
  });
}
