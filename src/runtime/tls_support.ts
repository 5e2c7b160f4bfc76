import type { Curve, TlsConfig, TlsVersion, WebConfigProblem } from "../http/web_config.ts";

/** What the TLS of a runtime can do, as tried with openssl's client; the README has the same as a table. */
export interface TlsSupport {
  readonly versions: readonly TlsVersion[];
  /** Whether cipher suites can be chosen, and their order be the server's. */
  readonly cipherSuites: boolean;
  /** The curves that can be chosen. */
  readonly curves: readonly Curve[];
  /** What has to be added to a list of suites before TLS 1.0 and 1.1 work. */
  readonly oldVersionsNeed?: string;
  /** Whether new settings count only from the connection after the one that showed that they are new. */
  readonly isOneConnectionLate: boolean;
  /** Whether a client can go on with a session that was begun under settings since replaced. */
  readonly keepsOldSessions: boolean;
}

const ALL_CURVES = ["CurveP256", "CurveP384", "CurveP521", "X25519"] as const;
const ALL_VERSIONS = ["TLS10", "TLS11", "TLS12", "TLS13"] as const;

/** OpenSSL. Its security level 1 has no TLS 1.0 and 1.1. */
export const NODE_TLS: TlsSupport = {
  versions: ALL_VERSIONS,
  cipherSuites: true,
  curves: ALL_CURVES,
  oldVersionsNeed: "@SECLEVEL=0",
  isOneConnectionLate: false,
  keepsOldSessions: false,
};

/** BoringSSL. */
export const BUN_TLS: TlsSupport = {
  versions: ALL_VERSIONS,
  cipherSuites: true,
  curves: ALL_CURVES,
  isOneConnectionLate: true,
  keepsOldSessions: false,
};

/** Rustls: `node:tls` takes lists of suites and curves there, and does not use them. */
export const DENO_TLS: TlsSupport = {
  versions: ["TLS12", "TLS13"],
  cipherSuites: false,
  curves: [],
  isOneConnectionLate: false,
  keepsOldSessions: true,
};

/** The fields that a runtime cannot honour. */
export function unsupportedFields(
  tls: TlsConfig,
  { runtime, support }: { readonly runtime: string; readonly support: TlsSupport },
): WebConfigProblem[] {
  const problems: WebConfigProblem[] = [];
  function refuse(field: string, text: string): void {
    problems.push({ path: ["tls_server_config", field], text: `${text} on ${runtime}` });
  }
  const versions = support.versions.join(", ");
  for (const [field, version] of [["min_version", tls.minVersion], ["max_version", tls.maxVersion]] as const) {
    if (!support.versions.includes(version)) refuse(field, `got ${version}, expected one of ${versions}`);
  }
  if (tls.cipherSuites !== undefined && !support.cipherSuites) {
    refuse("cipher_suites", "cipher suites cannot be chosen");
  }
  if (tls.preferServerCipherSuites === true && !support.cipherSuites) {
    refuse("prefer_server_cipher_suites", "got true, expected false: the client's order counts");
  }
  const curves = tls.curves?.filter((curve) => !support.curves.includes(curve)) ?? [];
  if (curves.length > 0) refuse("curve_preferences", `curves cannot be chosen`);
  return problems;
}
