import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as v from "valibot";
import { settingsFor } from "./settings.ts";

const settings = settingsFor(["http", "tcp", "dns", "icmp", "grpc"]);

function messages(modules: unknown): string[] {
  const { issues = [] } = v.safeParse(settings, { modules });
  return issues.map(({ path = [], message }) => `${path.map(({ key }) => String(key)).join(".")}: ${message}`);
}

describe("the settings of blackbox exporter", () => {
  it("have a module http_2xx without a file, with blackbox's defaults", () => {
    const { modules: { http_2xx: module } } = v.parse(settings, {});
    assert.equal(module?.prober, "http");
    const { preferred_ip_protocol, ip_protocol_fallback, follow_redirects, enable_http2, method } = module!.http;
    assert.deepEqual(
      { preferred_ip_protocol, ip_protocol_fallback, follow_redirects, enable_http2, method },
      {
        preferred_ip_protocol: "ip6",
        ip_protocol_fallback: true,
        follow_redirects: true,
        enable_http2: true,
        method: "GET",
      },
    );
  });

  it("have modules without a file for the probers that there are", () => {
    assert.deepEqual(Object.keys(v.parse(settings, {}).modules), ["http_2xx", "tcp_connect", "icmp"]);
    assert.deepEqual(Object.keys(v.parse(settingsFor(["http"]), {}).modules), ["http_2xx"]);
  });

  it("take flags of blackbox_exporter with what is so here", () => {
    const right = [
      {},
      { history: { limit: 5 } },
      { web: { externalUrl: "http://blackbox.example:9115/", routePrefix: "/" } },
      { web: { externalUrl: "https://blackbox.example", routePrefix: "" } },
    ];
    for (const flags of right) assert.ok(v.safeParse(settings, flags).success, JSON.stringify(flags));
    const wrong = [{ externalUrl: "http://example.com/blackbox" }, { externalUrl: "/blackbox/" }, {
      routePrefix: "/x",
    }];
    for (const web of wrong) {
      const { issues } = v.safeParse(settings, { web });
      assert.match(issues![0].message, /^expected no path: leave it to the proxy/, JSON.stringify(web));
    }
  });

  it("read lengths of time as Go does", () => {
    const texts = ["5s", "1m30s", "500ms", "1.5s", "1h", "250us", "0"];
    const modules = Object.fromEntries(texts.map((timeout) => [timeout, { prober: "tcp", timeout }]));
    const read = v.parse(settings, { modules }).modules;
    assert.deepEqual(texts.map((text) => read[text]!.timeout), [5000, 90_000, 500, 1500, 3_600_000, 0.25, 0]);
  });

  it("read numbers of bytes as Go does", () => {
    const limits = ["5B", "10MB", "1KiB", "1.5KB", 7, "0"];
    const modules = Object.fromEntries(
      limits.map((limit, i) => [`m${i}`, { prober: "http", http: { body_size_limit: limit } }]),
    );
    const read = Object.values(v.parse(settings, { modules }).modules).map(({ http }) => http.body_size_limit);
    assert.deepEqual(read, [5, 10 * 1024 ** 2, 1024, 1536, 7, Infinity]);
  });

  it("take texts that YAML reads as numbers", () => {
    const modules = {
      m: {
        prober: "tcp",
        tcp: { query_response: [{ send: 220 }] },
        http: { headers: { "X-Number": 1, "X-Is": true } },
      },
    };
    const { m } = v.parse(settings, { modules }).modules;
    assert.equal(m!.tcp.query_response[0]!.send, "220");
    assert.deepEqual(m!.http.headers, { "X-Number": "1", "X-Is": "true" });
  });

  it("read expressions as Go does, whose time to match does not explode", () => {
    const modules = {
      m: { prober: "http", http: { fail_if_body_matches_regexp: ["(?i)\\AHello[[:space:]]", "(a*)*$"] } },
    };
    const [first, second] = v.parse(settings, { modules }).modules.m!.http.fail_if_body_matches_regexp;
    assert.ok(first!.test("hELLO world"));
    assert.ok(!first!.test("say Hello world"));
    assert.ok(!second!.testExact(`${"a".repeat(50_000)}b`));
  });

  const wrong: readonly (readonly [module: unknown, message: string])[] = [
    [
      { prober: "smtp" },
      'modules.m.prober: Invalid type: Expected ("http" | "tcp" | "dns" | "icmp" | "grpc") but received "smtp"',
    ],
    [{ prober: "http", timeout: "5" }, 'modules.m.timeout: expected a duration such as "5s", "1m30s" or "500ms"'],
    [{ prober: "http", timeout: "5 s" }, 'modules.m.timeout: expected a duration such as "5s", "1m30s" or "500ms"'],
    [{ prober: "dns" }, 'modules.m: expected a key "dns" with query_name'],
    [{ prober: "dns", dns: { query_name: "" } }, "modules.m.dns.query_name: expected a name to ask for"],
    [
      { prober: "dns", dns: { query_name: "a", dns_over_tls: true } },
      'modules.m.dns: expected transport_protocol "tcp" beside dns_over_tls',
    ],
    [
      { prober: "http", http: { fail_if_body_matches_regexp: ["(?<=a)b"] } },
      "modules.m.http.fail_if_body_matches_regexp.0: expected a regular expression as Go and RE2 have them",
    ],
    [
      { prober: "http", http: { body_size_limit: "much" } },
      'modules.m.http.body_size_limit: expected a number of bytes such as "10MB" or "64KiB"',
    ],
    [
      { prober: "http", http: { bearer_token: "a", basic_auth: { username: "b" } } },
      "modules.m.http: expected one of basic_auth, authorization, bearer_token and oauth2, not several",
    ],
    [{ prober: "tcp", tcp: { source_ip_address: "here" } }, "modules.m.tcp.source_ip_address: expected an IP address"],
  ];
  for (const [module, message] of wrong) {
    it(`refuse ${JSON.stringify(module)}`, () => assert.deepEqual(messages({ m: module }), [message]));
  }
});
