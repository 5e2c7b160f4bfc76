import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as v from "valibot";
import { settings } from "./settings.ts";
import { webConfig } from "./web_config.ts";

describe("webConfig()", () => {
  const configOf = (input: v.InferInput<typeof settings>) => webConfig(v.parse(settings, input));

  it("wants no TLS without both certificate and key", () => {
    assert.equal(configOf({}), undefined);
    assert.equal(configOf({ tlsServerCertFile: "c", tlsServerCaCertFile: "a" }), undefined);
  });

  it("names certificate, key and version", () => {
    assert.deepEqual(configOf({ tlsServerCertFile: "c", tlsServerKeyFile: "k", tlsServerMinVersion: "TLS1.3" }), {
      tls_server_config: { cert_file: "c", key_file: "k", min_version: "TLS13" },
    });
  });

  it("wants certificates of clients where an authority for them is named", () => {
    assert.deepEqual(configOf({ tlsServerCertFile: "c", tlsServerKeyFile: "k", tlsServerCaCertFile: "a" }), {
      tls_server_config: {
        cert_file: "c",
        key_file: "k",
        min_version: "TLS12",
        client_ca_file: "a",
        client_auth_type: "RequireAndVerifyClientCert",
      },
    });
  });
});
