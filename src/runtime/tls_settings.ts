import { createPrivateKey, X509Certificate } from "node:crypto";
import type { SecureContextOptions } from "node:tls";
import {
  type CipherSuite,
  type ClientAuth,
  type Curve,
  TLS12_SUITES,
  TLS13_SUITES,
  type TlsConfig,
  type TlsVersion,
} from "../http/web_config.ts";
import type { TlsSupport } from "./tls_support.ts";
import { WebConfigError } from "./web_config_error.ts";
import type { WebConfigFile } from "./web_config_file.ts";

/** Everything that handshakes need, as it is now. */
export interface TlsSettings {
  /** For `createSecureContext`. */
  readonly context: SecureContextOptions;
  readonly clientAuth: ClientAuth;
  /** Names, of which a client's certificate must have one. */
  readonly clientAllowedSans?: readonly string[];
}

/** Reads the certificate and what belongs to it; the same object as long as nothing has changed. */
export class TlsSettingsReader {
  readonly #file: WebConfigFile;
  readonly #support: TlsSupport;
  #seen: string | undefined;
  #settings: TlsSettings | undefined;

  constructor(file: WebConfigFile, support: TlsSupport) {
    this.#file = file;
    this.#support = support;
  }

  /**
   * Reads all files again.
   *
   * @throws {WebConfigError} If one cannot be read, or they do not belong together.
   */
  read(): TlsSettings {
    const { tls } = this.#file.read();
    if (tls === undefined) {
      throw new WebConfigError("TLS cannot be switched off while the exporter runs: restart it");
    }
    const pems = {
      cert: this.#file.readPem(tls.cert),
      key: this.#file.readPem(tls.key),
      ca: tls.clientCa === undefined ? undefined : this.#file.readPem(tls.clientCa),
    };
    const seen = JSON.stringify([tls, pems]);
    if (this.#settings === undefined || seen !== this.#seen) {
      this.#settings = settingsOf(tls, pems, this.#support);
      this.#seen = seen;
    }
    return this.#settings;
  }
}

interface Pems {
  readonly cert: string;
  readonly key: string;
  readonly ca: string | undefined;
}

function settingsOf(tls: TlsConfig, pems: Pems, support: TlsSupport): TlsSettings {
  const cert = certificatesIn(pems.cert, "the certificate");
  const key = privateKeyIn(pems.key);
  const isPair = new X509Certificate(cert[0]!).checkPrivateKey(createPrivateKey(key));
  if (!isPair) throw new WebConfigError("Cannot use the certificate: the key belongs to another one");
  const ca = pems.ca === undefined ? {} : { ca: certificatesIn(pems.ca, "the client CA") };
  const context: SecureContextOptions = {
    cert: cert.join("\n"),
    key,
    ...ca,
    ...versionsOf(tls),
    ...ciphersOf(tls, support),
    ...(tls.curves === undefined ? {} : { ecdhCurve: tls.curves.map((curve) => CURVE_NAMES[curve]).join(":") }),
  };
  return { context, clientAuth: tls.clientAuth, clientAllowedSans: tls.clientAllowedSans };
}

/** Checked here, since Deno says of broken ones only at a handshake that they are. */
function certificatesIn(pem: string, what: string): string[] {
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (certificates.length === 0) throw new WebConfigError(`Cannot use ${what}: got no certificate as PEM`);
  try {
    certificates.forEach((certificate) => new X509Certificate(certificate));
  } catch {
    throw new WebConfigError(`Cannot use ${what}: got a certificate that cannot be read`);
  }
  return certificates;
}

/** The key alone: parameters of curves may stand before it. */
function privateKeyIn(pem: string): string {
  const key = /-----BEGIN ((?:[A-Z]+ )?PRIVATE KEY)-----[\s\S]+?-----END \1-----/.exec(pem)?.[0];
  if (key === undefined) throw new WebConfigError("Cannot use the key: got no private key as PEM");
  try {
    createPrivateKey(key);
  } catch {
    throw new WebConfigError("Cannot use the key: got one that cannot be read, expected one without a passphrase");
  }
  return key;
}

const VERSION_NAMES = { TLS10: "TLSv1", TLS11: "TLSv1.1", TLS12: "TLSv1.2", TLS13: "TLSv1.3" } as const;

const CURVE_NAMES: Readonly<Record<Curve, string>> = {
  CurveP256: "P-256",
  CurveP384: "P-384",
  CurveP521: "P-521",
  X25519: "X25519",
};

/** Without a suite for the older versions there is only TLS 1.3. */
function versionsOf(tls: TlsConfig): SecureContextOptions {
  const lowest: TlsVersion = suitesOf(tls).length === 0 ? "TLS13" : tls.minVersion;
  return { minVersion: VERSION_NAMES[lowest], maxVersion: VERSION_NAMES[tls.maxVersion] };
}

/** Those of Go unless chosen: the runtimes have weaker ones on, without forward secrecy. */
function suitesOf({ cipherSuites = TLS12_SUITES }: TlsConfig): CipherSuite[] {
  return cipherSuites.filter((suite) => !TLS13_SUITES.includes(suite));
}

function ciphersOf(tls: TlsConfig, support: TlsSupport): SecureContextOptions {
  const names = suitesOf(tls).map(opensslName);
  if (!support.cipherSuites || names.length === 0) return {};
  const isOld = tls.minVersion === "TLS10" || tls.minVersion === "TLS11";
  const more = isOld && support.oldVersionsNeed !== undefined ? [support.oldVersionsNeed] : [];
  return { ciphers: [...names, ...more].join(":"), honorCipherOrder: tls.preferServerCipherSuites ?? true };
}

/** `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256` is `ECDHE-RSA-AES128-GCM-SHA256` in OpenSSL and BoringSSL. */
function opensslName(suite: CipherSuite): string {
  return suite.replace(/^TLS_/, "").replace("_WITH", "").replace(/AES_(\d+)/, "AES$1").replace(/_CBC_SHA$/, "-SHA")
    .replace(/POLY1305_SHA256$/, "POLY1305").replaceAll("_", "-");
}
