import { gauge } from "@exporterkit/core";
import { certificateNames } from "./distinguished_name.ts";

/** What a TLS connection tells about itself and the certificates that the server showed. */
export interface TlsState {
  /** As Node writes it, such as `TLSv1.3`. */
  readonly protocol: string;
  /** Whether the certificates were verified, and not only shown. */
  readonly isVerified: boolean;
  /** The certificate of the server. */
  readonly leaf: { readonly der: Uint8Array; readonly sha256: string; readonly dnsNames: readonly string[] };
  /**
   * When each certificate of the chain ends, in milliseconds since the epoch, from the server's own to the authority that
   * is trusted, if that is known.
   */
  readonly chain: readonly { readonly endMs: number; readonly isAuthority: boolean }[];
}

/** What every prober tells about TLS. */
export const tlsMetrics = {
  earliestExpiry: gauge(
    "probe_ssl_earliest_cert_expiry",
    "When the first certificate that the server sent expires, in seconds since the epoch.",
  ),
  chainExpiry: gauge(
    "probe_ssl_last_chain_expiry_timestamp_seconds",
    "When the verified chain expires, in seconds since the epoch; the year 1 if nothing was verified.",
  ),
  chainInfo: gauge("probe_ssl_last_chain_info", "The certificate of the server, of value 1.", [
    "fingerprint_sha256",
    "subject",
    "issuer",
    "subjectalternative",
  ]),
  tlsVersion: gauge("probe_tls_version_info", "The version of TLS that was spoken, of value 1.", ["version"]),
};

/** The same, live. */
export interface TlsGauges {
  readonly earliestExpiry: { set(value: number): void };
  readonly chainExpiry: { set(value: number): void };
  readonly chainInfo: {
    set(
      labels: { fingerprint_sha256: string; subject: string; issuer: string; subjectalternative: string },
      value: number,
    ): void;
  };
  readonly tlsVersion: { set(labels: { version: string }, value: number): void };
}

/** What Go's zero time is, in seconds since the epoch: dashboards know it from blackbox_exporter. */
const YEAR_1 = -62_135_596_800;

/** Says in the metrics what a TLS connection tells. */
export function tellTls(state: TlsState, metrics: TlsGauges): void {
  const { protocol, isVerified, leaf, chain } = state;
  // An authority is trusted because it is here, not because a server sends it.
  const sent = chain.filter(({ isAuthority }, i) => i === 0 || !isAuthority);
  const { subject, issuer } = certificateNames(leaf.der);
  metrics.earliestExpiry.set(earliestOf(sent));
  metrics.chainExpiry.set(isVerified ? earliestOf(chain) : YEAR_1);
  metrics.chainInfo.set(
    { fingerprint_sha256: leaf.sha256, subject, issuer, subjectalternative: leaf.dnsNames.join(",") },
    1,
  );
  metrics.tlsVersion.set({ version: versionName(protocol) }, 1);
}

function earliestOf(chain: TlsState["chain"]): number {
  return Math.min(...chain.map(({ endMs }) => endMs)) / 1000;
}

/** `TLSv1.3` as `TLS 1.3`, and `TLSv1` as `TLS 1.0`. */
export function versionName(protocol: string): string {
  const version = /^TLSv(1(?:\.\d)?)$/.exec(protocol)?.[1];
  return version === undefined ? "unknown" : `TLS ${version === "1" ? "1.0" : version}`;
}
