import type { Secret } from "@exporterkit/core";
import { type DataSource, parseDataSource } from "./data_source.ts";

/** How to log in at targets, and where: an auth module of postgres_exporter, and the hosts that may get it. */
export interface AuthModule {
  readonly hosts: readonly string[];
  readonly userpass: { readonly username: string; readonly password: Secret };
  /** As after `?` in the name of a data source. */
  readonly options: Readonly<Record<string, string>>;
}

/** The options that would send a probe elsewhere than where it was checked to go, or as somebody else. */
const RESERVED = ["host", "port", "user", "password"];

/**
 * Makes the data source of a target. Nothing of it comes from the environment, whose password is for the exporter's own
 * server.
 *
 * @throws {Error} If the options cannot be read, or are about host or user.
 */
export async function probedSource(
  { host, port = 5432 }: { readonly host: string; readonly port?: number | undefined },
  auth: AuthModule | undefined,
): Promise<DataSource> {
  const options = Object.entries(auth?.options ?? {});
  const reserved = options.find(([name]) => RESERVED.includes(name));
  if (reserved !== undefined) {
    throw new Error(`Cannot use an auth module with option "${reserved[0]}": the target and userpass say that`);
  }
  const quoted = options.map(([name, value]) => `${name}='${value.replace(/['\\]/g, "\\$&")}'`);
  const source = parseDataSource(["dbname=postgres", ...quoted].join(" "));
  if (auth === undefined) return { ...source, host, port };
  const { username: user, password } = auth.userpass;
  return { ...source, host, port, user, password: await password.read() };
}
