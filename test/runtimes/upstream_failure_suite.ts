/** What an exporter says of an upstream that fails: each runtime's `fetch` has errors of its own. */
import assert from "node:assert/strict";
import { createServer as createTcpServer } from "node:net";
import type { AddressInfo } from "node:net";
import { ask } from "../_http.ts";
import { portForLater } from "../_port.ts";
import { startUpstream } from "../_upstreams.ts";

/** A running exporter that asks an upstream. */
interface Asking extends AsyncDisposable {
  readonly url: string;
}

/**
 * Lets `asking_exporter.ts` ask upstreams that each fail in another way.
 *
 * @param options.withoutConnection What is said where the runtime does not tell why there is no connection. @default why
 */
export async function assertFailuresAreNamed(
  start: (upstream: string) => Promise<Asking>,
  { withoutConnection }: { readonly withoutConnection?: string } = {},
): Promise<void> {
  await using answering = await startUpstream((request, response) =>
    response.writeHead({ "/login": 401, "/broken": 500 }[request.url!] ?? 200).end()
  );
  await using hanging = await startHanging();
  const reasons = {
    [`http://${answering.host}/`]: undefined,
    [`http://127.0.0.1:${portForLater()}/`]: withoutConnection ?? "refused",
    "http://upstream.invalid/": withoutConnection ?? "unreachable",
    [`http://${hanging.host}/`]: "timeout",
    [`https://${answering.host}/`]: withoutConnection ?? "tls",
    [`http://${answering.host}/login`]: "unauthenticated",
    [`http://${answering.host}/broken`]: "error",
  };
  const said: Record<string, string | undefined> = {};
  for (const upstream of Object.keys(reasons)) {
    await using asking = await start(upstream);
    const { text } = await ask(`${asking.url}/metrics`, { headers: { "x-prometheus-scrape-timeout-seconds": "4" } });
    const failures = text.match(/^asking_scrape_upstream_failure\{reason="\w+"\} [01]$/gm);
    assert.equal(failures?.length, 7, text);
    said[upstream] = /^asking_scrape_upstream_failure\{reason="(\w+)"\} 1$/m.exec(text)?.[1];
    assert.equal(/^asking_up ([01])$/m.exec(text)?.[1], said[upstream] === undefined ? "1" : "0");
  }
  assert.deepEqual(said, reasons);
}

/** A server that takes connections and never says anything. */
async function startHanging() {
  const sockets = new Set<{ destroy(): void }>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
