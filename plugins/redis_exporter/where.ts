import type { AuthModule, ProbeSubject, Secret } from "@exporterkit/core";
import { type Address, DEFAULT_PORT, parseAddress } from "./_address.ts";
import type { Node } from "./_nodes.ts";
import { passwordAmong, passwordOf } from "./_password.ts";
import type { RedisSettings } from "./settings.ts";

/** Credentials for targets, and which of them may get these. */
export interface RedisAuth extends AuthModule {
  readonly user?: string | undefined;
  readonly password: Secret;
}

/** Where a server is, and how to log in there: asked whenever a connection is made. */
export interface Where {
  /** How messages call it. */
  readonly shown: string;
  /** Where to connect: to the server, or to another node of its cluster. */
  locate(node?: Node): Promise<Address>;
  /** What to log in with; without a password nobody logs in. */
  login(): Promise<{ readonly user?: string | undefined; readonly password?: string | undefined }>;
}

/** The server of the settings. */
export function ownServer({ redis }: RedisSettings): Where {
  const address = parseAddress(redis.addr);
  return {
    shown: address.shown,
    locate: (node) => Promise.resolve(node === undefined ? address : addressOf(node, address)),
    login: async () => ({
      user: address.user ?? redis.user,
      password: address.password ?? await passwordOf(redis.password, redis.addr),
    }),
  };
}

/**
 * The server that a probe is about: `redis://host:port`, `rediss://host:port` or `host:port`.
 *
 * It gets the credentials of its auth module, or else those that a JSON file of passwords has for its address: never the
 * user and the password of the exporter's own server.
 *
 * @throws {TypeError} If the target is a URL of something else.
 */
export function probedServer(
  { redis }: RedisSettings,
  { target, host, port = DEFAULT_PORT, auth, network }: ProbeSubject<unknown, RedisAuth>,
): Where {
  const { tls, shown } = parseAddress(target);
  const spelled = host.includes(":") ? `[${host}]` : host;
  const addresses = [target, ...["redis", "rediss"].map((scheme) => `${scheme}://${spelled}:${port}`)];
  return {
    shown,
    async locate(node) {
      const own = { host, port, tls, shown };
      const there = node === undefined ? own : addressOf(node, own);
      // Nodes are looked at like the target itself: whether they may be connected to, with these credentials.
      const [address] = await network.resolve(there.host, there.port);
      return { ...there, host: address!, ...(address === there.host ? {} : { serverName: there.host }) };
    },
    login: async () =>
      auth === undefined
        ? { password: await passwordAmong(redis.password, addresses) }
        : { user: auth.user, password: await auth.password.read() },
  };
}

/** Where another node is, when it is reached as one is that is known. */
function addressOf({ host, port }: Node, known: Address) {
  const there = host ?? known.host ?? "localhost";
  const { tls } = known;
  return { host: there, port, tls, shown: `${there.includes(":") ? `[${there}]` : there}:${port}` };
}
