import type { ClientTls, Secret } from "@exporterkit/core";
import type { HttpModule } from "./http_module.ts";
import type { HttpSession, HttpTransport } from "./http_transport.ts";
import { pemOf, VERSIONS } from "./tls_files.ts";
import type { TlsConfig } from "./tls_module.ts";

/** How a token is fetched. */
export interface TokenSession extends Pick<HttpSession, "fetch" | "signal">, Pick<HttpTransport, "readFile"> {}

/** What a module says that is sent as `Authorization`; secrets are read each time. */
export async function authorizationOf(
  module: HttpModule,
  session: TokenSession,
): Promise<string | undefined> {
  const { basic_auth: basic, authorization, bearer_token: token, oauth2 } = module;
  if (basic !== undefined) return `Basic ${base64(`${basic.username}:${await textOf(basic.password)}`)}`;
  if (authorization !== undefined) return `${authorization.type} ${await authorization.credentials.read()}`;
  if (token !== undefined) return `Bearer ${await token.read()}`;
  if (oauth2 !== undefined) return `Bearer ${await accessToken(oauth2, session)}`;
  return undefined;
}

/** RFC 6749, 4.4: client credentials. */
async function accessToken(
  oauth2: NonNullable<HttpModule["oauth2"]>,
  { fetch, signal, readFile }: TokenSession,
): Promise<string> {
  const { client_id: id, client_secret: secret, scopes, token_url: url, endpoint_params: more } = oauth2;
  const body = new URLSearchParams({ grant_type: "client_credentials", ...more });
  if (scopes.length > 0) body.set("scope", scopes.join(" "));
  const pair = [id, await textOf(secret)].map(encodeURIComponent).join(":");
  const headers = { authorization: `Basic ${base64(pair)}` };
  const tls = await clientTls(oauth2.tls_config, readFile);
  const answer = await fetch(url, { method: "POST", body, headers, signal, tls });
  if (!answer.ok) throw new Error(`Cannot get a token: ${new URL(url).host} answers with status ${answer.status}`);
  const { access_token: token } = await answer.json();
  if (typeof token !== "string") throw new Error(`Cannot get a token: ${new URL(url).host} sends none`);
  return token;
}

async function clientTls(config: TlsConfig, readFile: TokenSession["readFile"]): Promise<ClientTls> {
  const { server_name: serverName, insecure_skip_verify: isUnverified, min_version: min, max_version: max } = config;
  return {
    ...await pemOf(config, readFile),
    ...(serverName === "" ? {} : { serverName }),
    ...(isUnverified ? { verify: false } : {}),
    ...(min === undefined ? {} : { minVersion: VERSIONS[min] }),
    ...(max === undefined ? {} : { maxVersion: VERSIONS[max] }),
  };
}

async function textOf(secret: Secret | undefined): Promise<string> {
  return await secret?.read() ?? "";
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
