import type { RedisSettings } from "./settings.ts";

/**
 * What `--tls-server-*` mean, as a web configuration has it. As in redis_exporter there is no TLS without both certificate
 * and key.
 */
export function webConfig(settings: RedisSettings): object | undefined {
  const { tlsServerCertFile, tlsServerKeyFile, tlsServerCaCertFile, tlsServerMinVersion } = settings;
  if (tlsServerCertFile === undefined || tlsServerKeyFile === undefined) return undefined;
  return {
    tls_server_config: {
      cert_file: tlsServerCertFile,
      key_file: tlsServerKeyFile,
      min_version: tlsServerMinVersion.replace(".", ""),
      ...(tlsServerCaCertFile === undefined
        ? {}
        : { client_ca_file: tlsServerCaCertFile, client_auth_type: "RequireAndVerifyClientCert" }),
    },
  };
}
