import { parseConninfo } from "./_conninfo.ts";

/** How much TLS a connection has: what libpq calls `sslmode`. */
export type SslMode = typeof SSL_MODES[number];

/** A server, and how to log in there. */
export interface DataSource {
  /** Name or address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly sslMode: SslMode;
  /** File with the authorities that a server's certificate is checked against. @default the runtime's */
  readonly rootCertFile: string | undefined;
  /** File with the client's certificate. */
  readonly certFile: string | undefined;
  /** File with the key of the client's certificate. */
  readonly keyFile: string | undefined;
  /** What else is said when a session begins, such as `search_path`. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Looks a variable of the environment up. */
export type Variable = (name: string) => string | undefined;

const SSL_MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;

/** Options of a client, of which the server knows nothing; those that are not used here stand last. */
const CLIENT_OPTIONS: ReadonlySet<string> = new Set([
  "host",
  "port",
  "dbname",
  "database",
  "user",
  "password",
  "sslmode",
  "sslrootcert",
  "sslcert",
  "sslkey",
  "fallback_application_name",
  "binary_parameters",
  "connect_timeout",
  "disable_prepared_binary_result",
  "sslinline",
  "sslsni",
]);

/**
 * Reads the name of a data source: `postgresql://user:password@host:5432/database?sslmode=disable`, or
 * `host=/run/postgresql user=postgres`. What it leaves out comes from libpq's variables, such as `PGHOST`, and then from
 * libpq's defaults, but `sslmode` is `require`, as in postgres_exporter.
 *
 * @throws {SyntaxError} If the text is neither, or an option has no such value. No message
 * repeats any of the text, which may hold a password.
 */
export function parseDataSource(text: string, variable: Variable = () => undefined): DataSource {
  const options = /^postgres(?:ql)?:\/\//i.test(text) ? optionsOfUrl(text) : parseConninfo(text);
  const option = (name: string, envName: string) => options.get(name) ?? (variable(envName) || undefined);
  const user = option("user", "PGUSER") ?? "postgres";
  return {
    host: option("host", "PGHOST") ?? "localhost",
    port: portOf(option("port", "PGPORT") ?? "5432"),
    database: options.get("dbname") ?? option("database", "PGDATABASE") ?? user,
    user,
    password: option("password", "PGPASSWORD") ?? "",
    sslMode: sslModeOf(option("sslmode", "PGSSLMODE") ?? "require"),
    rootCertFile: option("sslrootcert", "PGSSLROOTCERT"),
    certFile: option("sslcert", "PGSSLCERT"),
    keyFile: option("sslkey", "PGSSLKEY"),
    parameters: {
      application_name: options.get("fallback_application_name") ?? variable("PGAPPNAME") ?? "postgres_exporter",
      ...Object.fromEntries([...options].filter(([name]) => !CLIENT_OPTIONS.has(name))),
    },
  };
}

/** How the label `server` names a server. */
export function serverLabel({ host, port }: Pick<DataSource, "host" | "port">): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function optionsOfUrl(text: string): Map<string, string> {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw unreadable("it is no URL; characters such as # and / in a password have to be written as %23 and %2F");
  }
  const options = new Map(url.searchParams);
  const host = decodeURIComponent(url.hostname).replace(/^\[|\]$/g, "");
  const parts = {
    host,
    port: url.port,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    dbname: decodeURIComponent(url.pathname.slice(1)),
  };
  for (const [name, value] of Object.entries(parts)) if (value !== "") options.set(name, value);
  return options;
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65535) throw unreadable("its port is no number from 1 to 65535");
  return port;
}

function sslModeOf(text: string): SslMode {
  const mode = SSL_MODES.find((one) => one === text);
  if (mode === undefined) throw unreadable(`its sslmode is none of ${SSL_MODES.join(", ")}`);
  return mode;
}

function unreadable(why: string): SyntaxError {
  return new SyntaxError(`Cannot read the name of the data source: ${why}`);
}
