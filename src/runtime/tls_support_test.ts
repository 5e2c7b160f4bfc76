import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TlsConfig } from "../http/web_config.ts";
import { BUN_TLS, DENO_TLS, NODE_TLS, unsupportedFields } from "./tls_support.ts";

const TLS: TlsConfig = {
  cert: { file: "a" },
  key: { file: "b" },
  clientAuth: "NoClientCert",
  minVersion: "TLS12",
  maxVersion: "TLS13",
};

const EVERYTHING: TlsConfig = {
  ...TLS,
  minVersion: "TLS10",
  maxVersion: "TLS11",
  cipherSuites: ["TLS_AES_128_GCM_SHA256"],
  preferServerCipherSuites: true,
  curves: ["X25519"],
};

describe("unsupportedFields()", () => {
  it("has nothing against what every runtime can do", () => {
    const config = { ...TLS, preferServerCipherSuites: false };
    assert.deepEqual(unsupportedFields(config, { runtime: "deno", support: DENO_TLS }), []);
  });

  it("has nothing against anything on Node and Bun", () => {
    assert.deepEqual(unsupportedFields(EVERYTHING, { runtime: "node", support: NODE_TLS }), []);
    assert.deepEqual(unsupportedFields(EVERYTHING, { runtime: "bun", support: BUN_TLS }), []);
  });

  it("names each field that Deno would ignore", () => {
    const problems = unsupportedFields(EVERYTHING, { runtime: "deno", support: DENO_TLS });
    assert.deepEqual(problems.map(({ path, text }) => `${path.join(".")}: ${text}`), [
      "tls_server_config.min_version: got TLS10, expected one of TLS12, TLS13 on deno",
      "tls_server_config.max_version: got TLS11, expected one of TLS12, TLS13 on deno",
      "tls_server_config.cipher_suites: cipher suites cannot be chosen on deno",
      "tls_server_config.prefer_server_cipher_suites: got true, expected false: the client's order counts on deno",
      "tls_server_config.curve_preferences: curves cannot be chosen on deno",
    ]);
  });
});
