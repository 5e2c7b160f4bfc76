import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkWebConfig, type WebConfig } from "./web_config.ts";

const HASH = "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi";
const PAIR = { cert_file: "server.crt", key_file: "server.key" };
const CA = { client_ca_file: "ca.crt" };

function configOf(document: unknown): WebConfig {
  const checked = checkWebConfig(document);
  assert.ok("config" in checked, JSON.stringify(checked));
  return checked.config;
}

function problemsOf(document: unknown): string[] {
  const checked = checkWebConfig(document);
  assert.ok("problems" in checked, JSON.stringify(checked));
  return checked.problems.map(({ path, text }) => `${path.join(".")}: ${text}`);
}

describe("checkWebConfig()", () => {
  for (const nothing of [null, {}, { tls_server_config: null, http_server_config: null, rate_limit: null }]) {
    it(`takes ${JSON.stringify(nothing)} for plain HTTP, open to all`, () => {
      const { tls, users, headers, http2, rateLimit } = configOf(nothing);
      assert.deepEqual([tls, users.size, headers.size, http2, rateLimit], [undefined, 0, 0, true, undefined]);
    });
  }

  it("reads every field", () => {
    const config = configOf({
      tls_server_config: {
        ...PAIR,
        ...CA,
        client_auth_type: "RequireAndVerifyClientCert",
        client_allowed_sans: ["prometheus.example", "10.0.0.1"],
        min_version: "TLS12",
        max_version: "TLS13",
        cipher_suites: ["TLS_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"],
        prefer_server_cipher_suites: "no",
        curve_preferences: ["X25519", "CurveP256"],
      },
      http_server_config: {
        http2: "False",
        headers: {
          "Content-Security-Policy": "default-src 'self'",
          "X-Frame-Options": "deny",
          "X-Content-Type-Options": "nosniff",
          "X-XSS-Protection": "0",
          "Strict-Transport-Security": null,
        },
      },
      basic_auth_users: { alice: HASH, constructor: HASH, "__proto__x": HASH },
      rate_limit: { interval: "1s500ms", burst: "20" },
    });
    assert.deepEqual(config, {
      tls: {
        cert: { file: "server.crt" },
        key: { file: "server.key" },
        clientAuth: "RequireAndVerifyClientCert",
        clientCa: { file: "ca.crt" },
        clientAllowedSans: ["prometheus.example", "10.0.0.1"],
        minVersion: "TLS12",
        maxVersion: "TLS13",
        cipherSuites: ["TLS_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"],
        preferServerCipherSuites: false,
        curves: ["X25519", "CurveP256"],
      },
      http2: false,
      headers: new Map([
        ["Content-Security-Policy", "default-src 'self'"],
        ["X-Frame-Options", "deny"],
        ["X-Content-Type-Options", "nosniff"],
        ["X-XSS-Protection", "0"],
      ]),
      users: new Map([["alice", HASH], ["constructor", HASH], ["__proto__x", HASH]]),
      rateLimit: { intervalMs: 1500, burst: 20 },
    });
  });

  it("prefers files to what stands in the configuration", () => {
    const { tls } = configOf({ tls_server_config: { cert: "C", key: "K", ...PAIR } });
    assert.deepEqual([tls?.cert, tls?.key], [{ file: "server.crt" }, { file: "server.key" }]);
    assert.deepEqual(configOf({ tls_server_config: { cert: "C", key: "K" } }).tls?.cert, { pem: "C" });
  });

  it("knows the old name of RequireAnyClientCert", () => {
    const { tls } = configOf({ tls_server_config: { ...PAIR, client_auth_type: "RequireClientCert" } });
    assert.equal(tls?.clientAuth, "RequireAnyClientCert");
  });

  it("limits nothing without an interval", () => {
    assert.equal(configOf({ rate_limit: { burst: "5" } }).rateLimit, undefined);
    assert.equal(configOf({ rate_limit: { interval: "0" } }).rateLimit, undefined);
  });

  const wrong: [what: string, document: unknown, problems: string[]][] = [
    ["an unknown section", { web: {} }, [
      "web: unknown key, expected one of tls_server_config, http_server_config, basic_auth_users, rate_limit",
    ]],
    ["a key that every object has", { rate_limit: { toString: "1" } }, [
      "rate_limit.toString: unknown key, expected one of interval, burst",
    ]],
    ["a list", ["x"], [
      "0: unknown key, expected one of tls_server_config, http_server_config, basic_auth_users, rate_limit",
    ]],
    ["a section that is a text", { tls_server_config: "on" }, [
      'tls_server_config: got "on", expected cert, cert_file, key, key_file, client_auth_type, client_ca, ' +
      "client_ca_file, client_allowed_sans, min_version, max_version, cipher_suites, prefer_server_cipher_suites, " +
      "curve_preferences",
    ]],
    ["a certificate without its key", { tls_server_config: { cert_file: "c" } }, [
      "tls_server_config: missing one of key or key_file",
    ]],
    ["a key without its certificate", { tls_server_config: { key_file: "k" } }, [
      "tls_server_config: missing one of cert or cert_file",
    ]],
    ["settings of TLS without TLS", { tls_server_config: { min_version: "TLS13" } }, [
      "tls_server_config: missing one of cert or cert_file",
      "tls_server_config: missing one of key or key_file",
    ]],
    ["an authority, though no certificates are asked for", { tls_server_config: { ...PAIR, ...CA } }, [
      "tls_server_config.client_auth_type: got NoClientCert, expected another type beside client_ca or client_ca_file",
    ]],
    [
      "certificates to verify without an authority",
      { tls_server_config: { ...PAIR, client_auth_type: "VerifyClientCertIfGiven" } },
      [
        "tls_server_config.client_auth_type: got VerifyClientCertIfGiven, expected client_ca or client_ca_file beside it",
      ],
    ],
    [
      "names, though certificates may be missing",
      { tls_server_config: { ...PAIR, client_auth_type: "RequestClientCert", client_allowed_sans: ["a"] } },
      [
        "tls_server_config.client_allowed_sans: got client_auth_type RequestClientCert, expected client_auth_type " +
        "RequireAnyClientCert or RequireAndVerifyClientCert beside it",
      ],
    ],
    [
      "an empty list of names",
      { tls_server_config: { ...PAIR, client_auth_type: "RequireAnyClientCert", client_allowed_sans: [] } },
      ["tls_server_config.client_allowed_sans: got none, expected at least one name"],
    ],
    ["a wrong version", { tls_server_config: { ...PAIR, min_version: "1.2" } }, [
      'tls_server_config.min_version: got "1.2", expected one of TLS10, TLS11, TLS12, TLS13',
    ]],
    [
      "versions the wrong way round",
      { tls_server_config: { ...PAIR, min_version: "TLS13", max_version: "TLS12" } },
      ["tls_server_config.min_version: got TLS13, expected at most TLS12, the max_version"],
    ],
    ["a weak suite", { tls_server_config: { ...PAIR, cipher_suites: ["TLS_RSA_WITH_RC4_128_SHA"] } }, [
      'tls_server_config.cipher_suites.0: got "TLS_RSA_WITH_RC4_128_SHA", expected one of TLS_AES_128_GCM_SHA256, ' +
      "TLS_AES_256_GCM_SHA384, TLS_CHACHA20_POLY1305_SHA256, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, " +
      "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, " +
      "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, " +
      "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, " +
      "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
    ]],
    [
      "no suite for the version",
      { tls_server_config: { ...PAIR, max_version: "TLS12", cipher_suites: ["TLS_AES_128_GCM_SHA256"] } },
      ["tls_server_config.cipher_suites: got suites of TLS 1.3 only, expected one for TLS12, the max_version"],
    ],
    ["an unknown curve", { tls_server_config: { ...PAIR, curve_preferences: ["P-256"] } }, [
      'tls_server_config.curve_preferences.0: got "P-256", expected one of CurveP256, CurveP384, CurveP521, X25519',
    ]],
    ["an unknown client_auth_type", { tls_server_config: { ...PAIR, client_auth_type: "Always" } }, [
      'tls_server_config.client_auth_type: got "Always", expected one of NoClientCert, RequestClientCert, ' +
      "RequireAnyClientCert, VerifyClientCertIfGiven, RequireAndVerifyClientCert",
    ]],
    ["a switch that is none", { http_server_config: { http2: "maybe" } }, [
      'http_server_config.http2: got "maybe", expected true or false',
    ]],
    ["another header", { http_server_config: { headers: { Server: "x" } } }, [
      "http_server_config.headers.Server: unknown key, expected one of Content-Security-Policy, X-Frame-Options, " +
      "X-Content-Type-Options, X-XSS-Protection, Strict-Transport-Security",
    ]],
    ["another value of a header", { http_server_config: { headers: { "X-Frame-Options": "DENY" } } }, [
      'http_server_config.headers.X-Frame-Options: got "DENY", expected one of deny, sameorigin',
    ]],
    ["a header in two lines", { http_server_config: { headers: { "X-XSS-Protection": "1\nX: y" } } }, [
      'http_server_config.headers.X-XSS-Protection: got "1\\nX: y", expected one line of ASCII',
    ]],
    ["no users", { basic_auth_users: null }, [
      "basic_auth_users: got no users, expected at least one: leave out basic_auth_users to answer everybody",
    ]],
    ["an empty map of users", { basic_auth_users: {} }, [
      "basic_auth_users: got no users, expected at least one: leave out basic_auth_users to answer everybody",
    ]],
    ["a list of users", { basic_auth_users: ["alice"] }, [
      "basic_auth_users: expected user names with bcrypt hashes",
    ]],
    ["costs out of bounds", { basic_auth_users: { a: HASH.replace("10", "15"), b: HASH.replace("10", "03") } }, [
      "basic_auth_users.a: got cost 15, expected 4 to 14",
      "basic_auth_users.b: got cost 3, expected 4 to 14",
    ]],
    ["an interval without a unit", { rate_limit: { interval: "1", burst: "1" } }, [
      'rate_limit.interval: got "1", expected a duration such as 500ms, 1s or 1m30s',
    ]],
    ["an interval without a burst", { rate_limit: { interval: "1s" } }, [
      "rate_limit.burst: got 0, expected 1 or more: with an interval and no burst every request would be refused",
    ]],
    ["a burst that is no number", { rate_limit: { interval: "1s", burst: "-1" } }, [
      'rate_limit.burst: got "-1", expected a whole number',
    ]],
  ];
  for (const [what, document, problems] of wrong) {
    it(`refuses ${what}`, () => assert.deepEqual(problemsOf(document), problems));
  }

  it("never repeats what may be a secret", () => {
    const secret = "hunter2";
    const documents = [
      { basic_auth_users: { alice: secret, bob: { [secret]: secret }, carol: null } },
      { basic_auth_users: secret },
      { tls_server_config: { key: [secret], cert: { nested: secret } } },
      { tls_server_config: { cipher_suites: { [secret]: secret } } },
    ];
    for (const document of documents) assert.doesNotMatch(problemsOf(document).join("\n"), /hunter2/);
  });
});
