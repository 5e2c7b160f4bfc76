import * as v from "valibot";
import { bcryptCost, COSTS } from "./bcrypt_hash.ts";
import { parseGoDuration } from "../settings/go_duration.ts";

/** How an exporter listens and whom it answers: the web configuration of Prometheus' exporter-toolkit, checked. */
export interface WebConfig {
  /** TLS; plain HTTP without. */
  readonly tls?: TlsConfig;
  /** Whether HTTP/2 is offered over TLS. */
  readonly http2: boolean;
  /** Headers of every answer. */
  readonly headers: ReadonlyMap<string, string>;
  /** Bcrypt hashes by user name; empty if everybody is answered. */
  readonly users: ReadonlyMap<string, string>;
  /** How many requests are answered. */
  readonly rateLimit?: RateLimit;
}

/** The TLS part of a web configuration. */
export interface TlsConfig {
  readonly cert: PemSource;
  readonly key: PemSource;
  readonly clientAuth: ClientAuth;
  /** Who may have signed the certificates of clients. */
  readonly clientCa?: PemSource;
  /** Subject alternative names, of which a client's certificate must have one. */
  readonly clientAllowedSans?: readonly string[];
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  /** IANA names of the cipher suites up to TLS 1.2; those of TLS 1.3 cannot be chosen. */
  readonly cipherSuites?: readonly CipherSuite[];
  /** Whether the server's order of cipher suites counts, if the file says it. */
  readonly preferServerCipherSuites?: boolean;
  readonly curves?: readonly Curve[];
}

/** PEM as it stands in the configuration, or the file that has it. */
export type PemSource = { readonly pem: string } | { readonly file: string };

/** What is asked of clients, from nothing to a certificate that one of our authorities signed. */
export type ClientAuth = typeof CLIENT_AUTHS[number];

/** A version of TLS, as Go writes it. */
export type TlsVersion = typeof TLS_VERSIONS[number];

/** An elliptic curve, as Go writes it. */
export type Curve = typeof CURVES[number];

/** A cipher suite that Go counts as secure. */
export type CipherSuite = typeof CIPHER_SUITES[number];

/** A bucket of `burst` tokens, filled by one per interval; each request takes one. */
export interface RateLimit {
  readonly intervalMs: number;
  readonly burst: number;
}

/** Something wrong with a web configuration. */
export interface WebConfigProblem {
  /** The keys that lead to it. */
  readonly path: readonly string[];
  /** What was found and what was expected, without secrets. */
  readonly text: string;
}

const CLIENT_AUTHS = [
  "NoClientCert",
  "RequestClientCert",
  "RequireAnyClientCert",
  "VerifyClientCertIfGiven",
  "RequireAndVerifyClientCert",
] as const;

/** The oldest first. */
const TLS_VERSIONS = ["TLS10", "TLS11", "TLS12", "TLS13"] as const;

const CURVES = ["CurveP256", "CurveP384", "CurveP521", "X25519"] as const;

/** `tls.CipherSuites()` of Go 1.24: TLS 1.3 first, the others in Go's order of preference. */
const CIPHER_SUITES = [
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
  "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
  "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
  "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
  "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
  "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
  "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
  "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
] as const;

/** The suites of TLS 1.3 are all on wherever that is on, as in Go. */
export const TLS13_SUITES: readonly string[] = CIPHER_SUITES.slice(0, 3);

/** The suites up to TLS 1.2, the best first. */
export const TLS12_SUITES: readonly CipherSuite[] = CIPHER_SUITES.slice(3);

/** Keys whose values nobody may read. */
const SECRET_KEYS: readonly string[] = ["key", "basic_auth_users"];

const TEXT = v.nullish(v.string("a text"));

/** YAML 1.1 has more spellings of these two than JSON. */
const SWITCH = v.nullish(v.pipe(
  v.string("true or false"),
  v.regex(/^(?:true|false|yes|no|on|off|y|n)$/i, "true or false"),
  v.transform((text) => /^(?:true|yes|on|y)$/i.test(text)),
));

const HEADER_VALUE = v.nullish(v.pipe(v.string("a text"), v.regex(/^[\t\x20-\x7e]*$/, "one line of ASCII")));

const SCHEMA = strict({
  tls_server_config: v.nullish(strict({
    cert: TEXT,
    cert_file: TEXT,
    key: TEXT,
    key_file: TEXT,
    client_auth_type: v.nullish(v.pipe(
      v.picklist([...CLIENT_AUTHS, "RequireClientCert"], `one of ${CLIENT_AUTHS.join(", ")}`),
      v.transform((type) => type === "RequireClientCert" ? "RequireAnyClientCert" : type),
    )),
    client_ca: TEXT,
    client_ca_file: TEXT,
    client_allowed_sans: listOf(v.string("a text")),
    min_version: v.nullish(oneOf(TLS_VERSIONS)),
    max_version: v.nullish(oneOf(TLS_VERSIONS)),
    cipher_suites: listOf(oneOf(CIPHER_SUITES)),
    prefer_server_cipher_suites: SWITCH,
    curve_preferences: listOf(oneOf(CURVES)),
  })),
  http_server_config: v.nullish(strict({
    http2: SWITCH,
    headers: v.nullish(strict({
      "Content-Security-Policy": HEADER_VALUE,
      "X-Frame-Options": v.nullish(oneOf(["deny", "sameorigin"])),
      "X-Content-Type-Options": v.nullish(oneOf(["nosniff"])),
      "X-XSS-Protection": HEADER_VALUE,
      "Strict-Transport-Security": HEADER_VALUE,
    })),
  })),
  basic_auth_users: v.optional(v.unknown()),
  rate_limit: v.nullish(strict({
    interval: v.nullish(v.pipe(
      v.string("a duration such as 1s"),
      v.check((text) => parseGoDuration(text) !== undefined, "a duration such as 500ms, 1s or 1m30s"),
      v.transform((text) => parseGoDuration(text)!),
    )),
    burst: v.nullish(v.pipe(
      v.string("a whole number"),
      v.regex(/^\d{1,9}$/, "a whole number"),
      v.transform(Number),
    )),
  })),
});

type Parsed = v.InferOutput<typeof SCHEMA>;
type ParsedTls = NonNullable<Parsed["tls_server_config"]>;

/**
 * Checks a web configuration as it was read from YAML.
 *
 * Keys, values and rules are those of exporter-toolkit's `docs/web-configuration.md`. What would leave the door open where
 * somebody meant to close it is a problem too: an empty `basic_auth_users`, TLS settings without a certificate, clients to
 * verify without an authority.
 *
 * @param document Maps as objects, lists as arrays, every scalar as the text that it was written as or as `null`.
 */
export function checkWebConfig(
  document: unknown,
): { readonly config: WebConfig } | { readonly problems: readonly WebConfigProblem[] } {
  const parsed = v.safeParse(SCHEMA, document ?? {});
  const users = checkUsers(document);
  if (!parsed.success) return { problems: [...parsed.issues.map(problemOf), ...users.problems] };
  const { tls_server_config, http_server_config, rate_limit } = parsed.output;
  const tls = checkTls(tls_server_config ?? {});
  const limit = checkRateLimit(rate_limit ?? {});
  const problems = [...tls.problems, ...limit.problems, ...users.problems];
  if (problems.length > 0) return { problems };
  const headers = Object.entries(http_server_config?.headers ?? {})
    .filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return {
    config: {
      tls: tls.config,
      http2: http_server_config?.http2 ?? true,
      headers: new Map(headers),
      users: users.users,
      rateLimit: limit.rateLimit,
    },
  };
}

function checkTls(tls: ParsedTls): { config?: TlsConfig; problems: WebConfigProblem[] } {
  const problems: WebConfigProblem[] = [];
  function complain(key: keyof ParsedTls | undefined, text: string): void {
    problems.push({ path: ["tls_server_config", ...(key === undefined ? [] : [key])], text });
  }
  if (Object.values(tls).every((value) => value === undefined || value === null)) return { problems };
  const cert = pemSource(tls.cert, tls.cert_file);
  const key = pemSource(tls.key, tls.key_file);
  const clientCa = pemSource(tls.client_ca, tls.client_ca_file);
  const clientAuth = tls.client_auth_type ?? "NoClientCert";
  const { min_version: minVersion = "TLS12", max_version: maxVersion = "TLS13" } = withoutNulls(tls);
  if (cert === undefined) complain(undefined, "missing one of cert or cert_file");
  if (key === undefined) complain(undefined, "missing one of key or key_file");
  if (clientCa !== undefined && clientAuth === "NoClientCert") {
    complain("client_auth_type", "got NoClientCert, expected another type beside client_ca or client_ca_file");
  }
  if (clientCa === undefined && clientAuth.includes("Verify")) {
    complain("client_auth_type", `got ${clientAuth}, expected client_ca or client_ca_file beside it`);
  }
  const sans = tls.client_allowed_sans ?? undefined;
  if (sans !== undefined && !clientAuth.startsWith("Require")) {
    const expected = "expected client_auth_type RequireAnyClientCert or RequireAndVerifyClientCert beside it";
    complain("client_allowed_sans", `got client_auth_type ${clientAuth}, ${expected}`);
  }
  if (sans?.length === 0) complain("client_allowed_sans", "got none, expected at least one name");
  if (TLS_VERSIONS.indexOf(minVersion) > TLS_VERSIONS.indexOf(maxVersion)) {
    complain("min_version", `got ${minVersion}, expected at most ${maxVersion}, the max_version`);
  }
  const cipherSuites = tls.cipher_suites?.length ? tls.cipher_suites : undefined;
  if (maxVersion !== "TLS13" && cipherSuites?.every((suite) => TLS13_SUITES.includes(suite))) {
    complain("cipher_suites", `got suites of TLS 1.3 only, expected one for ${maxVersion}, the max_version`);
  }
  if (problems.length > 0 || cert === undefined || key === undefined) return { problems };
  return {
    problems,
    config: {
      cert,
      key,
      clientAuth,
      clientCa,
      clientAllowedSans: sans,
      minVersion,
      maxVersion,
      cipherSuites,
      preferServerCipherSuites: tls.prefer_server_cipher_suites ?? undefined,
      curves: tls.curve_preferences?.length ? tls.curve_preferences : undefined,
    },
  };
}

/** Only a positive interval limits anything. */
function checkRateLimit(
  limit: NonNullable<Parsed["rate_limit"]>,
): { rateLimit?: RateLimit; problems: WebConfigProblem[] } {
  const intervalMs = limit.interval ?? 0;
  const burst = limit.burst ?? 0;
  if (intervalMs === 0) return { problems: [] };
  if (burst > 0) return { rateLimit: { intervalMs, burst }, problems: [] };
  const text = "got 0, expected 1 or more: with an interval and no burst every request would be refused";
  return { problems: [{ path: ["rate_limit", "burst"], text }] };
}

/** By hand, since a user may have any name: also `constructor`, which schemas of objects pass over. */
function checkUsers(document: unknown): { users: Map<string, string>; problems: WebConfigProblem[] } {
  const users = new Map<string, string>();
  if (!isObject(document) || !Object.hasOwn(document, "basic_auth_users")) return { users, problems: [] };
  const given = document.basic_auth_users;
  const path = ["basic_auth_users"];
  if (given === null || isObject(given) && Object.keys(given).length === 0) {
    const text = "got no users, expected at least one: leave out basic_auth_users to answer everybody";
    return { users, problems: [{ path, text }] };
  }
  if (!isObject(given)) return { users, problems: [{ path, text: "expected user names with bcrypt hashes" }] };
  const problems = Object.entries(given).flatMap(([user, hash]) => {
    const cost = typeof hash === "string" ? bcryptCost(hash) : undefined;
    if (cost === undefined) return { path: [...path, user], text: "got something else, expected a bcrypt hash" };
    users.set(user, hash as string);
    if (cost >= COSTS.least && cost <= COSTS.most) return [];
    return { path: [...path, user], text: `got cost ${cost}, expected ${COSTS.least} to ${COSTS.most}` };
  });
  return { users, problems };
}

function pemSource(pem: string | null | undefined, file: string | null | undefined): PemSource | undefined {
  // The toolkit prefers the file.
  if (file) return { file };
  return pem ? { pem } : undefined;
}

/** What a schema found, in the words of its message: that says what was expected. */
function problemOf(issue: v.BaseIssue<unknown>): WebConfigProblem {
  const path = (issue.path ?? []).map(({ key }) => String(key));
  if (issue.type === "strict_object" && issue.expected === "never") {
    return { path, text: `unknown key, expected one of ${issue.message}` };
  }
  const isSecret = path.some((key) => SECRET_KEYS.includes(key));
  return { path, text: `got ${isSecret ? "something else" : shown(issue.input)}, expected ${issue.message}` };
}

/** A list or map is named and not shown: a secret may have got into it by wrong indentation. */
function shown(input: unknown): string {
  if (input === null) return "nothing";
  if (Array.isArray(input)) return "a list";
  return typeof input === "object" ? "a map" : JSON.stringify(input);
}

/** An object with these keys and no others, those of every object's prototype included. */
function strict<const Entries extends v.ObjectEntries>(entries: Entries): v.StrictObjectSchema<Entries, string> {
  return v.strictObject(Object.assign(Object.create(null), entries) as Entries, Object.keys(entries).join(", "));
}

function oneOf<const Options extends readonly string[]>(options: Options): v.PicklistSchema<Options, string> {
  return v.picklist(options, options.length === 1 ? options[0]! : `one of ${options.join(", ")}`);
}

function listOf<Item extends v.GenericSchema<unknown, string>>(item: Item) {
  return v.nullish(v.array(item, "a list"));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function withoutNulls<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], null> } {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null)) as {
    [K in keyof T]: Exclude<T[K], null>;
  };
}
