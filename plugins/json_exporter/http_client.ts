import { type ClientTls, type NetworkFetch, Secret } from "@exporterkit/core";
import type { HttpClientConfig } from "./http_client_settings.ts";

/** What a request is made with. */
export interface ClientOptions {
  readonly fetch: NetworkFetch;
  readonly signal: AbortSignal;
}

/** A request, beside what the client configuration adds. */
export interface JsonRequest {
  readonly url: string;
  readonly headers: Headers;
  /** Sent with POST. Without one the method is GET. */
  readonly body?: Uint8Array<ArrayBuffer> | undefined;
}

/**
 * Sends a request as a client configuration says. Secrets are read for each request, thus from their files.
 *
 * @throws {Error} If a secret cannot be read, there is no token to be had, or the server cannot be reached.
 */
export async function send(
  { url, headers, body }: JsonRequest,
  config: HttpClientConfig,
  { fetch, signal }: ClientOptions,
): Promise<Response> {
  const all = new Headers(headers);
  for (const [name, { values, secrets }] of Object.entries(config.httpHeaders)) {
    all.delete(name);
    for (const value of values) all.append(name, value);
    for (const secret of secrets) all.append(name, await secret.read());
  }
  const authorization = await authorizationOf(config, { fetch, signal });
  if (authorization !== undefined) all.set("Authorization", authorization);
  return await fetch(url, {
    method: body === undefined ? "GET" : "POST",
    headers: all,
    redirect: config.followRedirects ? "follow" : "manual",
    signal,
    tls: await tlsOf(config.tlsConfig),
    ...(body === undefined ? {} : { body }),
  });
}

async function authorizationOf(config: HttpClientConfig, options: ClientOptions): Promise<string | undefined> {
  const { basicAuth, authorization, bearerToken, oauth2 } = config;
  if (basicAuth !== undefined) {
    return basic(await basicAuth.username?.read() ?? "", await basicAuth.password?.read() ?? "");
  }
  if (authorization !== undefined) return `${authorization.type} ${await authorization.credentials?.read() ?? ""}`;
  if (bearerToken !== undefined) return `Bearer ${await bearerToken.read()}`;
  return oauth2 === undefined ? undefined : await oauth2Token(oauth2, options);
}

/** A token by client credentials (RFC 6749, section 4.4), asked for anew by each probe. */
async function oauth2Token(
  { clientId, clientSecret, tokenUrl, scopes, endpointParams, tlsConfig }: NonNullable<HttpClientConfig["oauth2"]>,
  { fetch, signal }: ClientOptions,
): Promise<string> {
  const form = new URLSearchParams({ grant_type: "client_credentials", ...endpointParams });
  if (scopes.length > 0) form.set("scope", scopes.join(" "));
  const secret = await clientSecret?.read() ?? "";
  const answer = await fetch(tokenUrl, {
    method: "POST",
    // RFC 6749, section 2.3.1: both are encoded as a form is, since either may hold a colon.
    headers: { Authorization: basic(encodeURIComponent(clientId), encodeURIComponent(secret)) },
    body: form,
    signal,
    tls: await tlsOf(tlsConfig),
  });
  if (!answer.ok) throw new Error(`Cannot get a token from ${new URL(tokenUrl).host}: the status is ${answer.status}`);
  const { access_token: token, token_type: type = "Bearer" } = await answer.json();
  if (typeof token !== "string") throw new Error(`Cannot get a token from ${new URL(tokenUrl).host}: there is none`);
  // Read as a secret, so that it stands in no log.
  return `${String(type).toLowerCase() === "bearer" ? "Bearer" : type} ${await new Secret(token).read()}`;
}

/** RFC 7617, with UTF-8. */
function basic(user: string, password: string): string {
  return `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`${user}:${password}`)))}`;
}

async function tlsOf(config: HttpClientConfig["tlsConfig"]): Promise<ClientTls> {
  const { serverName, insecureSkipVerify, minVersion, maxVersion } = config;
  const [ca, cert, key] = await Promise.all([config.ca?.read(), config.cert?.read(), config.key?.read()]);
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(serverName === undefined ? {} : { serverName }),
    ...(insecureSkipVerify ? { verify: false } : {}),
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(maxVersion === undefined ? {} : { maxVersion }),
  };
}
