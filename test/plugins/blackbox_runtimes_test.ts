/** The package of blackbox exporter as it is installed, on each runtime. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { needsProgram } from "../_programs.ts";
import { needsTargets, startOurs, startTargets, type Targets, writeModules } from "./_blackbox.ts";
import { valueOf } from "./_families.ts";
import { installedPlugin, RUNTIMES } from "./_runtimes.ts";

const needs = { ...needsTargets(), ...needsProgram(["node", "npm"], "https://nodejs.org/en/download") };

/** Module, target, and what the answer has to say. */
const CASES: readonly (readonly [module: string, target: string, ...expected: RegExp[]])[] = [
  ["http_2xx", "http://localhost:WEB/twice", /^probe_http_redirects 2$/m, /^probe_http_version 1.1$/m],
  ["http_gzip", "http://127.0.0.1:WEB/gzip", /^probe_http_uncompressed_body_length 6000$/m],
  ["http_post", "http://127.0.0.1:WEB/post"],
  ["http_ca", "https://localhost:GOOD/", /^probe_http_version 2$/m, /subject="CN=good",issuer="CN=ca"/],
  ["http_ca_without_http2", "https://127.0.0.1:GOOD/", /^probe_tls_version_info\{version="TLS 1.2"\} 1$/m],
  ["http_insecure", "https://127.0.0.1:EXPIRED/", /^probe_ssl_last_chain_expiry_timestamp_seconds -6.21355968e\+10$/m],
  [
    "tcp_starttls",
    "localhost:MAIL",
    /^probe_tls_version_info\{version="TLS 1.3"\} 1$/m,
    /subjectalternative="localhost"/,
  ],
  ["tcp_mail", "127.0.0.1:MAIL"],
  ["tcp_source", "127.0.0.1:MAIL"],
  ["http_proxy", "http://localhost:WEB/redirect", /^probe_http_redirects 1$/m],
  ["http_proxy", "https://localhost:GOOD/", /^probe_http_version 2$/m],
  ["dns_a", "127.0.0.1:DNS", /^probe_dns_answer_rrs 2$/m],
  ["dns_tcp", "127.0.0.1:DNS"],
  ["dns_tls", "127.0.0.1:DOT"],
  ["icmp", "localhost", /^probe_icmp_reply_hop_limit \d+$/m, /probe_icmp_duration_seconds\{phase="rtt"\} \d/],
  ["grpc", "127.0.0.1:GRPC"],
  ["grpc_tls", "localhost:GRPCS", /^probe_grpc_ssl 1$/m],
];

/** What fails. */
const FAILING: readonly (readonly [module: string, target: string, reason: RegExp])[] = [
  ["http_ca", "https://127.0.0.1:EXPIRED/", /expired/],
  ["http_ca", "https://127.0.0.1:SELF/", /self.signed/],
  ["tcp_tls", "127.0.0.1:SELF", /self.signed/],
  ["http_2xx", "http://127.0.0.1:1/", /ECONNREFUSED|refused/],
  ["http_2xx", "http://127.0.0.1:WEB/hangup", /hang up|ended|closed|reset/],
  ["http_2xx", "http://127.0.0.1:WEB/metadata", /169\.254\.169\.254:80: it is closed \(cloud metadata\)/],
  ["http_closed_proxy", "https://127.0.0.1:GOOD/", /The proxy answers with status 407/],
  ["http_limited", "http://127.0.0.1:WEB/", /longer than 5 bytes/],
  ["tcp_wrong_banner", "127.0.0.1:MAIL", /no line matches \^\+OK never/],
  ["dns_absent", "127.0.0.1:DNS", /answers NXDOMAIN/],
  ["dns_a", "127.0.0.1:1", /ECONNREFUSED|refused|no end after/],
  ["grpc_sick", "127.0.0.1:GRPC", /the service is NOT_SERVING/],
];

describe("the installed blackbox exporter", needs, () => {
  let targets: Targets;
  let modules: string;
  before(async () => {
    targets = await startTargets();
    modules = await writeModules(targets);
  });
  after(() => targets?.[Symbol.asyncDispose]());

  for (const runtime of RUNTIMES) {
    it(`the installed blackbox exporter probes everything on ${runtime}`, async () => {
      await using exporter = await startOurs(modules, await installedPlugin("blackbox-exporter", runtime));
      for (const [module, target, ...expected] of CASES) {
        const text = await exporter.probe({ module, target: targets.withPorts(target) });
        assert.equal(valueOf(text, "probe_success"), 1, `${module} of ${target}: ${text}`);
        for (const pattern of expected) assert.match(text, pattern, `${module} of ${target}`);
      }
    });

    it(`the installed blackbox exporter says on ${runtime} why a probe fails`, async () => {
      await using exporter = await startOurs(modules, await installedPlugin("blackbox-exporter", runtime));
      for (const [module, target, reason] of FAILING) {
        const text = await exporter.probe({ module, target: targets.withPorts(target), debug: "true" }, 2);
        assert.equal(valueOf(text, "probe_success"), 0, `${module} of ${target}: ${text}`);
        assert.match(/msg="Probe failed" .*reason=(.*)/.exec(text)?.[1] ?? text, reason, `${module} of ${target}`);
      }
    });
  }
});
