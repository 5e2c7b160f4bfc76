/** Our blackbox exporter beside the one it replaces: the same file of modules, the same targets. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  type Exporter,
  needsOriginal,
  startOriginal,
  startOurs,
  startTargets,
  type Targets,
  writeModules,
} from "./_blackbox.ts";
import { readFamilies, shapes } from "./_families.ts";

/** Module, target (`PORT` of a server by its name), whether the probe succeeds, and parameters beside. */
const CASES: readonly (readonly [module: string, target: string, success: 0 | 1, more?: Record<string, string>])[] = [
  ["http_2xx", "http://127.0.0.1:WEB/", 1],
  ["http_2xx", "127.0.0.1:WEB", 1],
  ["http_2xx", "http://localhost:WEB/modified", 1],
  ["http_2xx", "http://127.0.0.1:WEB/missing", 0],
  ["http_404", "http://127.0.0.1:WEB/missing", 1],
  ["http_2xx", "http://127.0.0.1:WEB/broken", 0],
  ["http_2xx", "http://127.0.0.1:WEB/gzip", 1],
  ["http_gzip", "http://127.0.0.1:WEB/gzip", 1],
  ["http_2xx", "http://127.0.0.1:WEB/chunked", 1],
  ["http_2xx", "http://127.0.0.1:WEB/redirect", 1],
  ["http_2xx", "http://127.0.0.1:WEB/twice", 1],
  ["http_2xx", "http://127.0.0.1:WEB/loop", 0],
  ["http_2xx", "http://127.0.0.1:WEB/cookie", 1],
  ["http_stays", "http://127.0.0.1:WEB/redirect", 1],
  ["http_2xx", "http://127.0.0.1:WEB/hangup", 0],
  ["http_2xx", "http://127.0.0.1:1/", 0],
  ["http_2xx", "http://nobody.invalid/", 0],
  ["http_head", "http://127.0.0.1:WEB/", 1],
  ["http_post", "http://127.0.0.1:WEB/post", 1],
  ["http_body", "http://127.0.0.1:WEB/", 1],
  ["http_wrong_body", "http://127.0.0.1:WEB/", 0],
  ["http_header", "http://127.0.0.1:WEB/", 1],
  ["http_limited", "http://127.0.0.1:WEB/", 0],
  ["http_wrong_header", "http://127.0.0.1:WEB/", 0],
  ["http_missing_header", "http://127.0.0.1:WEB/", 0],
  ["http_ip6_only", "http://127.0.0.1:WEB/", 0],
  ["http_basic", "http://127.0.0.1:WEB/basic", 1],
  ["http_2xx", "http://127.0.0.1:WEB/basic", 0],
  ["http_bearer", "http://127.0.0.1:WEB/bearer", 1],
  ["http_oauth2", "http://127.0.0.1:WEB/bearer", 1],
  ["http_proxy", "http://localhost:WEB/", 1],
  ["http_proxy", "http://localhost:WEB/redirect", 1],
  ["http_proxy", "https://localhost:GOOD/", 1],
  ["http_closed_proxy", "http://localhost:WEB/", 0],
  ["http_closed_proxy", "https://localhost:GOOD/", 0],
  ["http_body", "http://127.0.0.1:WEB/host", 0, { hostname: "other.example" }],
  ["http_2xx", "https://127.0.0.1:GOOD/", 0],
  ["http_ca", "https://127.0.0.1:GOOD/", 1],
  ["http_ca", "https://localhost:GOOD/", 1],
  ["http_ca", "https://127.0.0.1:GOOD/redirect", 1],
  ["http_ca", "https://127.0.0.1:GOOD/chunked", 1],
  ["http_ca", "https://127.0.0.1:GOOD/", 0, { hostname: "other.example" }],
  ["http_ca_without_http2", "https://127.0.0.1:GOOD/", 1],
  ["http_version_2", "https://127.0.0.1:GOOD/", 1],
  ["http_version_2", "http://127.0.0.1:WEB/", 0],
  ["http_ca", "https://127.0.0.1:EXPIRED/", 0],
  ["http_ca", "https://127.0.0.1:SELF/", 0],
  ["http_insecure", "https://127.0.0.1:EXPIRED/", 1],
  ["http_insecure", "https://127.0.0.1:SELF/", 1],
  ["http_insecure", "http://127.0.0.1:WEB/", 0],
  ["http_without_tls", "https://127.0.0.1:SELF/", 0],
  ["tcp_connect", "127.0.0.1:MAIL", 1],
  ["tcp_connect", "127.0.0.1:1", 0],
  ["tcp_connect", "nobody.invalid:80", 0],
  ["tcp_tls", "localhost:GOOD", 1],
  ["tcp_tls", "localhost:EXPIRED", 0],
  ["tcp_tls", "localhost:SELF", 0],
  ["tcp_mail", "127.0.0.1:MAIL", 1],
  ["tcp_source", "127.0.0.1:MAIL", 1],
  ["tcp_starttls", "localhost:MAIL", 1],
  ["tcp_wrong_banner", "127.0.0.1:MAIL", 0],
  ["dns_a", "127.0.0.1:DNS", 1],
  ["dns_tcp", "127.0.0.1:DNS", 1],
  ["dns_tls", "127.0.0.1:DOT", 1],
  ["dns_soa", "127.0.0.1:DNS", 1],
  ["dns_srv", "127.0.0.1:DNS", 1],
  ["dns_wrong_answer", "127.0.0.1:DNS", 0],
  ["dns_absent", "127.0.0.1:DNS", 0],
  ["dns_absent_as_it_should", "127.0.0.1:DNS", 1],
  ["icmp", "127.0.0.1", 1],
  ["icmp", "localhost", 1],
  ["icmp_sized", "127.0.0.1", 1],
  ["grpc", "127.0.0.1:GRPC", 1],
  ["grpc_sick", "127.0.0.1:GRPC", 0],
  ["grpc_unknown", "127.0.0.1:GRPC", 0],
  ["grpc_tls", "localhost:GRPCS", 1],
  ["grpc", "127.0.0.1:1", 0],
];

/** What servers are asked, module and target. */
const ASKING = [
  ["http_2xx", "localhost:WEB/twice"],
  ["http_head", "http://localhost:WEB/"],
  ["http_post", "http://127.0.0.1:WEB/post"],
  ["http_basic", "http://127.0.0.1:WEB/redirect"],
  ["http_bearer", "http://127.0.0.1:WEB/bearer"],
  ["http_oauth2", "http://127.0.0.1:WEB/bearer"],
  ["http_ca", "https://localhost:GOOD/redirect"],
  ["http_ca_without_http2", "https://localhost:GOOD/"],
  ["http_proxy", "http://localhost:WEB/"],
  ["http_proxy", "https://localhost:GOOD/"],
] as const;

/** Times move. */
const MOVING = /_seconds$/;
const FIXED_SECONDS = /timestamp_seconds$/;

describe("blackbox exporter beside the original", needsOriginal(), () => {
  let targets: Targets;
  let ours: Exporter;
  let theirs: Exporter;

  before(async () => {
    targets = await startTargets();
    const path = await writeModules(targets);
    [ours, theirs] = await Promise.all([startOurs(path), startOriginal(path)]);
  });
  after(async () => {
    await ours?.[Symbol.asyncDispose]();
    await theirs?.[Symbol.asyncDispose]();
    await targets?.[Symbol.asyncDispose]();
  });

  it("asks servers and proxies what the original asks, in the same words", async () => {
    const asked = async (exporter: Exporter) => {
      await targets.asked();
      for (const [module, target] of ASKING) await exporter.probe({ module, target: targets.withPorts(target) });
      return (await targets.asked()).map((line) => line.replace(/agent=.* (?=auth=)/, ""));
    };
    const own = await asked(ours);
    assert.deepEqual(own, await asked(theirs));
    assert.ok(own.some((line) => /^proxy CONNECT 127\.0\.0\.1:\d+$/.test(line)), own.join("\n"));
  });

  for (const [module, written, success, more = {}] of CASES) {
    it(`${module} says of ${written}${more.hostname ? ` as ${more.hostname}` : ""} what the original says`, async () => {
      const query = { module, target: targets.withPorts(written), ...more };
      const [own, their] = await Promise.all([ours.probe(query), theirs.probe(query)])
        .then((texts) => texts.map((text) => readFamilies(text, /^probe_/)));
      assert.deepEqual(shapes(own!), shapes(their!));
      assert.deepEqual(own!.get("probe_success")?.samples, [`probe_success{} ${success}`]);
      for (const [name, { samples }] of their!) {
        const [a, b] = [own!.get(name)!.samples, samples];
        if (MOVING.test(name) && !FIXED_SECONDS.test(name)) {
          const series = (all: readonly string[]) => all.map((sample) => sample.split(" ")[0]);
          assert.deepEqual(series(a), series(b), name);
        } else assert.deepEqual(a, b, name);
      }
    });
  }
});
