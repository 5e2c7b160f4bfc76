import { parseDataSourceName, splitAddress } from "./data_source_name.ts";
import type { Endpoint, Tls } from "./endpoint.ts";
import { type OptionGroup, parseOptionFile } from "./option_file.ts";
import type { MysqldSettings } from "./settings.ts";

/** Reads files for the settings that name some. */
export interface EndpointFiles {
  /** Reads a text. Rejects if it cannot. */
  readonly readText: (path: string) => Promise<string>;
  /** The user's option file, for when the settings name none. */
  readonly defaultOptionFile: () => string;
}

/** The group of an option file that says what clients need. */
const CLIENT = "client";

/**
 * Finds out where the server is, as mysqld_exporter does: a data source name says it all; otherwise the `[client]` group
 * of the option file, and for what that leaves out `--mysqld.address`, `--mysqld.username` and the password.
 *
 * @throws {Error} If no user is named, or something that is named cannot be read.
 */
export async function findEndpoint(settings: MysqldSettings, files: EndpointFiles): Promise<Endpoint> {
  const variables = sessionVariables(settings);
  const name = await settings.dataSourceName?.read();
  if (name !== undefined && name !== "") return fromDataSource(parseDataSourceName(name), variables);
  const group = await readGroup(settings, files);
  const user = group.get("user") ?? settings.mysqld.username;
  if (user === undefined) {
    throw new Error(
      "Cannot tell which server to ask: expected DATA_SOURCE_NAME, --mysqld.username or a user in the group [client] of " +
        (settings.config.myCnf ?? "~/.my.cnf"),
    );
  }
  const [host, port] = splitAddress(settings.mysqld.address);
  const socketPath = group.get("socket");
  const tls = await tlsOf(group, { settings, readText: files.readText });
  return {
    host: group.get("host") ?? host,
    port: portOf(group.get("port")) ?? port,
    ...(socketPath === undefined ? {} : { socketPath }),
    user,
    password: group.get("password") ?? await settings.password?.read() ?? "",
    ...(tls === undefined ? {} : { tls }),
    variables,
  };
}

function fromDataSource({ variables, ...source }: Endpoint, more: Record<string, string>): Endpoint {
  return { ...source, variables: { ...variables, ...more } };
}

/** What mysqld_exporter sets too: a scrape shall not wait long for whoever changes a table, nor fill the slow log. */
export function sessionVariables({ exporter }: MysqldSettings): Record<string, string> {
  return {
    lock_wait_timeout: String(exporter.lock_wait_timeout),
    ...(exporter.log_slow_filter ? { log_slow_filter: "'tmp_table_on_disk,filesort_on_disk'" } : {}),
  };
}

async function readGroup(
  { config, mysqld }: MysqldSettings,
  { readText, defaultOptionFile }: EndpointFiles,
): Promise<OptionGroup> {
  const path = config.myCnf;
  if (path === undefined && mysqld.username !== undefined) return new Map();
  const text = path === undefined
    ? await ifReadable(() => readText(defaultOptionFile()))
    : await readNamed(path, readText);
  return parseOptionFile(text).get(CLIENT) ?? new Map();
}

/** A file that nobody named need not be there, nor be allowed to be read. */
async function ifReadable(read: () => Promise<string>): Promise<string> {
  try {
    return await read();
  } catch {
    return "";
  }
}

export async function readNamed(path: string, readText: EndpointFiles["readText"]): Promise<string> {
  try {
    return await readText(path);
  } catch (cause) {
    throw new Error(`Cannot read ${path}`, { cause });
  }
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new RangeError(`Cannot read the option file: port is ${JSON.stringify(text)}, expected 1 to 65535`);
  }
  return port;
}

/** As mysqld_exporter does, encrypts only where an authority is named. */
async function tlsOf(
  group: OptionGroup,
  { settings, readText }: { settings: MysqldSettings; readText: EndpointFiles["readText"] },
): Promise<Tls | undefined> {
  const [ca, cert, key] = ["ssl-ca", "ssl-cert", "ssl-key"].map((name) => group.get(name));
  if (ca === undefined) return undefined;
  return {
    ca: await readNamed(ca, readText),
    ...(cert === undefined || key === undefined
      ? {}
      : { cert: await readNamed(cert, readText), key: await readNamed(key, readText) }),
    // The third name is how mysqld_exporter spells it.
    verify: !settings.tls.insecureSkipVerify &&
      !["ssl-skip-verification", "ssl-skip-verfication"].some((name) => isOn(group.get(name))),
  };
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && /^(|1|on|true|yes)$/i.test(value);
}
