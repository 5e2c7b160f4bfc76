import type { HttpModule } from "./http_module.ts";
import type { HttpRequest, HttpSession, HttpTransport } from "./http_transport.ts";

/**
 * Sends requests with `fetch`, where there is nothing else, as on Workers. It tells when the answer begins and ends, and
 * neither the address, the version of HTTP nor the certificate.
 */
export const fetchTransport: HttpTransport = {
  tellsConnections: false,
  phases: ["processing", "transfer"],
  readFile: (path) => Promise.reject(new Error(`Cannot read ${path}: there are no files on this runtime`)),
  async send({ url, method, headers, body }: HttpRequest, { module, fetch, signal, spent }: HttpSession) {
    refuse(module);
    const startMs = performance.now();
    const response = await fetch(url, {
      method,
      headers,
      redirect: "manual",
      signal,
      ...(body === "" ? {} : { body }),
    });
    spent("processing", (performance.now() - startMs) / 1000);
    return {
      status: response.status,
      headers: response.headers,
      version: undefined,
      contentLength: Number(response.headers.get("content-length") ?? -1),
      tls: undefined,
      body: response.body ?? [] as unknown as AsyncIterable<Uint8Array>,
      close: () => void response.body?.cancel().catch(() => {}),
    };
  },
};

/** What a module asks for that `fetch` cannot do is never left out unseen. */
function refuse(module: HttpModule): void {
  const { tls_config: tls, compression, valid_http_versions: versions, proxy_url: proxy } = module;
  const asked = Object.entries(tls).filter(([, value]) => value !== undefined && value !== "" && value !== false)
    .map(([key]) => `tls_config.${key}`);
  if (proxy !== undefined) asked.push("proxy_url");
  if (compression !== "") asked.push("compression");
  if (versions.length > 0) asked.push("valid_http_versions");
  if (asked.length > 0) throw new Error(`Cannot probe with ${asked.join(", ")} on this runtime`);
}
