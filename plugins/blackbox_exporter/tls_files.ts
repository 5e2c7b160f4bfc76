import type { TlsVersion } from "@exporterkit/core";
import type { TlsConfig } from "./tls_module.ts";

/** Versions as `tls_config` and as runtimes write them. */
export const VERSIONS: Readonly<Record<"TLS10" | "TLS11" | "TLS12" | "TLS13", TlsVersion>> = {
  TLS10: "TLSv1",
  TLS11: "TLSv1.1",
  TLS12: "TLSv1.2",
  TLS13: "TLSv1.3",
};

/** The certificates and the key of a `tls_config`, those in files as they are now. */
export async function pemOf(
  config: TlsConfig,
  readFile: (path: string) => Promise<string>,
): Promise<{ ca?: string; cert?: string; key?: string }> {
  const read = async (path: string | undefined) => path === undefined ? undefined : await readFile(path);
  const [ca, cert, key] = await Promise.all([
    config.ca ?? read(config.ca_file),
    config.cert ?? read(config.cert_file),
    config.key?.read() ?? read(config.key_file),
  ]);
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}
