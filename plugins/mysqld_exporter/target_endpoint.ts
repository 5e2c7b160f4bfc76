import type { ProbeResourceContext } from "@exporterkit/core";
import type { Endpoint } from "./endpoint.ts";
import { readNamed, sessionVariables } from "./find_endpoint.ts";
import type { AuthModule, MysqldSettings } from "./settings.ts";

const DEFAULT_PORT = 3306;

/** What a probe says of its target. */
type Subject = Pick<
  ProbeResourceContext<MysqldSettings, undefined, AuthModule>,
  "settings" | "host" | "port" | "auth" | "network"
>;

/**
 * Finds out how the target of a probe is reached: at an address that was checked, with the account that was asked for.
 *
 * @throws {Error} If no account was asked for, the target may not be connected to, or a file cannot be read.
 */
export async function targetEndpoint(
  { settings, host, port = DEFAULT_PORT, auth, network }: Subject,
  readText: (path: string) => Promise<string>,
): Promise<Endpoint> {
  if (auth === undefined) {
    const known = Object.keys(settings.authModules).join(", ");
    throw new Error(
      `Cannot log in: expected a probe with auth_module, one of those of the settings: ${known || "none"}`,
    );
  }
  const addresses = await network.resolve(host, port);
  const { username, password, tls } = auth;
  return {
    host,
    port,
    addresses,
    user: username,
    password: await password?.read() ?? "",
    ...(tls === undefined ? {} : {
      tls: {
        ...(tls.ca === undefined ? {} : { ca: await readNamed(tls.ca, readText) }),
        verify: !tls.insecureSkipVerify,
      },
    }),
    variables: sessionVariables(settings),
  };
}
