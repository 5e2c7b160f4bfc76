import { request as requestHttp } from "node:http";
import type { Socket } from "node:net";
import { chooseAddress } from "./addresses.ts";
import type { HttpModule } from "./http_module.ts";
import type { HttpRequest, HttpSession } from "./http_transport.ts";
import { connect, type Endpoint } from "./sockets.ts";

/** How a connection by a proxy is made. */
export interface ProxyOptions {
  /** Whether the target speaks HTTP without TLS, so that the proxy itself is asked. */
  readonly isPlain: boolean;
  readonly session: HttpSession;
}

/**
 * Connects by the proxy of a module: to the proxy, or, where TLS follows, through it, to the address of the target that was
 * checked, unless the module leaves its name to the proxy.
 */
export async function connectByProxy(to: Endpoint, { isPlain, session }: ProxyOptions): Promise<Socket> {
  const { module, network, signal } = session;
  const { hostname, port: written } = new URL(module.proxy_url!);
  const [host, port] = [hostname.replace(/^\[(.*)\]$/, "$1"), Number(written) || 80];
  const address = chooseAddress(await network.resolve(host, port), host, { ...module, ip_protocol_fallback: true });
  const socket = await connect({ address, port }, signal);
  if (!isPlain) await openTunnel(socket, to, module);
  return socket;
}

/**
 * A request as a proxy takes it: for a whole URL. It names the host, since a proxy makes `Host` of it (RFC 9112, 3.2.2), and
 * resolves the name once more by itself.
 */
export async function byProxy(request: HttpRequest, module: HttpModule): Promise<HttpRequest> {
  const { url } = request;
  const headers = new Headers(request.headers);
  const host = headers.get("host") ?? url.host;
  for (const [name, value] of await proxyHeaders(module)) headers.set(name, value);
  return { ...request, headers, path: `http://${host}${url.pathname}${url.search}` };
}

/** RFC 9110, 9.3.6. */
async function openTunnel(socket: Socket, to: Endpoint, module: HttpModule): Promise<void> {
  const headers = Object.fromEntries(await proxyHeaders(module));
  await new Promise<void>((resolve, reject) => {
    const sent = requestHttp({
      method: "CONNECT",
      path: hostPort(to),
      headers: { host: hostPort(to), ...headers },
      createConnection: () => socket,
    });
    sent.on("error", reject);
    socket.once("close", () => reject(new Error("The proxy ended the connection")));
    const refused = (status = 0) => reject(new Error(`The proxy answers with status ${status}`));
    sent.on("connect", ({ statusCode }) => statusCode === 200 ? resolve() : refused(statusCode));
    sent.on("response", ({ statusCode }) => refused(statusCode));
    sent.end();
  });
}

async function proxyHeaders(module: HttpModule): Promise<[name: string, value: string][]> {
  const headers: [string, string][] = [];
  const { username, password } = new URL(module.proxy_url!);
  if (username !== "") {
    headers.push(["proxy-authorization", `Basic ${btoa([username, password].map(decodeURIComponent).join(":"))}`]);
  }
  for (const [name, values] of Object.entries(module.proxy_connect_header)) {
    for (const value of values) headers.push([name, await value.read()]);
  }
  return headers;
}

function hostPort({ address, port }: Endpoint): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
