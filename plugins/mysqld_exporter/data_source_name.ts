import type { Endpoint } from "./endpoint.ts";

/** Parameters that tell Go's driver how to work, not what to set at the server. */
const FOR_THE_DRIVER: ReadonlySet<string> = new Set([
  "allowAllFiles",
  "allowCleartextPasswords",
  "allowFallbackToPlaintext",
  "allowNativePasswords",
  "allowOldPasswords",
  "charset",
  "checkConnLiveness",
  "clientFoundRows",
  "collation",
  "columnsWithAlias",
  "connectionAttributes",
  "interpolateParams",
  "loc",
  "maxAllowedPacket",
  "multiStatements",
  "parseTime",
  "readTimeout",
  "rejectReadOnly",
  "serverPubKey",
  "timeTruncate",
  "timeout",
  "tls",
  "writeTimeout",
]);

const DEFAULT_PORT = 3306;

/**
 * Reads a data source name as Go's MySQL driver does: `user:password@tcp(host:port)/database?tls=true`.
 *
 * Everything but the slash can be left out; the last one counts, so that a password may have some. Parameters that are not for the driver are system variables of the session.
 *
 * @throws {SyntaxError} If it is none. Nothing of it is shown, since a password may be anywhere in it.
 */
export function parseDataSourceName(text: string): Endpoint {
  const slash = text.lastIndexOf("/");
  if (slash === -1) throw malformed("it has no /");
  const [before, after] = [text.slice(0, slash), text.slice(slash + 1)];
  const at = before.lastIndexOf("@");
  const [user = "", ...password] = at === -1 ? [] : before.slice(0, at).split(":");
  const [database = "", query = ""] = splitOnce(after, "?");
  const parameters = new URLSearchParams(query);
  const tls = tlsOf(parameters.get("tls"));
  return {
    ...placeOf(before.slice(at + 1)),
    user,
    password: password.join(":"),
    ...(database === "" ? {} : { database: decodeURIComponent(database) }),
    ...(tls === undefined ? {} : { tls }),
    variables: variablesOf(parameters),
  };
}

/**
 * Splits `host:port`, `[address]:port` or `host`.
 *
 * @throws {SyntaxError} If the port is none.
 */
export function splitAddress(address: string): [host: string, port: number] {
  const { bracketed, host = bracketed ?? "", port } =
    /^(?:\[(?<bracketed>[^\]]+)\]|(?<host>[^:[\]]*))(?::(?<port>\d{1,5}))?$/.exec(address)?.groups ?? {};
  if (host === undefined || host === "" && port === undefined || Number(port) > 65535) {
    throw new SyntaxError(`Cannot read address ${JSON.stringify(address)}: expected host:port or [address]:port`);
  }
  return [host === "" ? "127.0.0.1" : host, port === undefined ? DEFAULT_PORT : Number(port)];
}

function placeOf(text: string): Pick<Endpoint, "host" | "port" | "socketPath"> {
  const { network = text, address = "" } = /^(?<network>[^(]*)\((?<address>.*)\)$/s.exec(text)?.groups ?? {};
  if (network === "unix") return { host: "", port: 0, socketPath: address === "" ? "/tmp/mysql.sock" : address };
  if (network !== "" && network !== "tcp") throw malformed("its network is neither tcp nor unix");
  const [host, port] = splitAddress(address === "" ? "127.0.0.1" : address);
  return { host, port };
}

function tlsOf(value: string | null): Endpoint["tls"] {
  if (value === null || /^(false|0)$/i.test(value)) return undefined;
  if (/^(true|1)$/i.test(value)) return { verify: true };
  if (/^skip-verify$/i.test(value)) return { verify: false };
  if (/^preferred$/i.test(value)) return { verify: false, ifOffered: true };
  throw malformed("its tls is none of true, false, skip-verify, preferred");
}

function variablesOf(parameters: URLSearchParams): Record<string, string> {
  const variables = [...parameters].filter(([name]) => !FOR_THE_DRIVER.has(name));
  if (variables.some(([name]) => !/^\w+$/.test(name))) throw malformed("the name of a parameter is none");
  return Object.fromEntries(variables);
}

function splitOnce(text: string, separator: string): string[] {
  const position = text.indexOf(separator);
  return position === -1 ? [text] : [text.slice(0, position), text.slice(position + 1)];
}

function malformed(why: string): SyntaxError {
  return new SyntaxError(`Cannot read DATA_SOURCE_NAME: ${why}, expected user:password@tcp(host:port)/`);
}
