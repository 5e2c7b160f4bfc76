import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { ipvs, parseIpvs, parseIpvsStats } from "./ipvs.ts";

const STATS = "   Total\n   Conns\n      10       20        A                B                C\n\n";
const TABLE = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port Forward Weight ActiveConn InActConn
TCP  C0A80016:0CEA wlc
  -> C0A85216:0CEA      Tunnel  100    248        2
  -> C0A85318:0CEA      Tunnel  10     1          1
`;

describe("parseIpvsStats", () => {
  it("parseIpvsStats() reads hexadecimal numbers", () => {
    assert.deepEqual(parseIpvsStats(STATS), {
      connections: 16,
      incomingPackets: 32,
      outgoingPackets: 10,
      incomingBytes: 11,
      outgoingBytes: 12,
    });
  });

  it("parseIpvsStats() rejects a truncated file", () => {
    assert.throws(() => parseIpvsStats("   Total\n   Conns\n 10 20"), {
      name: "SyntaxError",
      message: 'Cannot read /proc/net/ip_vs_stats: line 3 is " 10 20", expected five hexadecimal numbers',
    });
  });
});

describe("parseIpvs", () => {
  it("parseIpvs() reads addresses of both kinds, and firewall marks", () => {
    const backends = parseIpvs(`FWM  10001000 wlc
  -> C0A8321A:0CEA      Route   0      0          1
SCTP  [2001:0db8:0000:0000:0000:0000:0000:0001]:01BB wrr
  -> [fe80:0000:0000:0000:0000:0000:0001:0002]:01BB Route   5      6          7
`);
    assert.deepEqual(backends.map(({ labels }) => Object.values(labels).join(" ")), [
      "FWM  0 10001000 192.168.50.26 3306",
      "SCTP 2001:db8::1 443  fe80::1:2 443",
    ]);
  });

  it("parseIpvs() rejects truncated lines", () => {
    assert.throws(
      () => parseIpvs("TCP C0A8\n"),
      /line 1 is "TCP C0A8", expected a protocol and an address with a port/,
    );
    assert.throws(() => parseIpvs("  -> C0A85216:0CEA Tunnel 1"), /expected an address with a port, a word and three/);
  });
});

describe("ipvs", () => {
  it("ipvs() adds up backends that the labels do not tell apart", async () => {
    const host = fakeHost({ "/proc/net/ip_vs_stats": STATS, "/proc/net/ip_vs": TABLE });
    const exposition = await expose(ipvs(host), { collector: { ipvs: { backendLabels: "local_port,proto" } } });
    assert.deepEqual(samples(exposition).filter((line) => line.includes("backend")), [
      'node_ipvs_backend_connections_active{local_port="3306",proto="TCP"} 249',
      'node_ipvs_backend_connections_inactive{local_port="3306",proto="TCP"} 3',
      'node_ipvs_backend_weight{local_port="3306",proto="TCP"} 110',
    ]);
  });

  it("ipvs() refuses labels that there are not", async () => {
    const settings = { collector: { ipvs: { backendLabels: "proto,colour" } } };
    await assert.rejects(expose(ipvs(fakeHost({})), settings), /Expected some of local_address.*found "proto,colour"/);
  });
});
