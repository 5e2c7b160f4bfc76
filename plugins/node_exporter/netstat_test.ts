import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { netstat, parseNetstat, parseSnmp6 } from "./netstat.ts";

describe("parseNetstat", () => {
  it("parseNetstat() joins protocol and name, and keeps negative numbers", () => {
    const fields = parseNetstat("Tcp: MaxConn InSegs\nTcp: -1 2\nUdp: InErrors\nUdp: 3\n");
    assert.deepEqual([...fields], [["Tcp_MaxConn", -1], ["Tcp_InSegs", 2], ["Udp_InErrors", 3]]);
  });

  it("parseNetstat() rejects names without their values", () => {
    const expected = 'expected "Tcp:" and 2 numbers';
    assert.throws(() => parseNetstat("Tcp: MaxConn InSegs\nTcp: -1"), {
      name: "SyntaxError",
      message: `Cannot read /proc/net/netstat: line 2 is "Tcp: -1", ${expected}`,
    });
    assert.throws(() => parseNetstat("Tcp: MaxConn InSegs\n"), new RegExp(expected));
    assert.throws(() => parseNetstat("Tcp: MaxConn InSegs\nUdp: 1 2\n"), new RegExp(expected));
    assert.throws(() => parseNetstat("?\n"), /line 1 is "\?"/);
  });
});

describe("parseSnmp6", () => {
  it("parseSnmp6() splits names after the 6", () => {
    const fields = parseSnmp6("Ip6InOctets \t7\nIcmp6OutType135\t4\n");
    assert.deepEqual([...fields], [["Ip6_InOctets", 7], ["Icmp6_OutType135", 4]]);
  });

  it("parseSnmp6() rejects a truncated line", () => {
    assert.throws(() => parseSnmp6("Ip6InOctets"), /Cannot read \/proc\/net\/snmp6: line 1 is "Ip6InOctets"/);
  });
});

describe("netstat", () => {
  const host = fakeHost({ "/proc/net/snmp": "Ip: Forwarding DefaultTTL\nIp: 1 64\n", "/proc/net/netstat": "" });

  it("netstat() exposes the fields that the default asks for, without IPv6", async () => {
    assert.deepEqual(samples(await expose(netstat(host))), ["node_netstat_Ip_Forwarding 1"]);
  });

  it("netstat() exposes the fields that the flag asks for", async () => {
    const exposition = await expose(netstat(host), { collector: { netstat: { fields: "TTL$" } } });
    assert.match(exposition, /^# TYPE node_netstat_Ip_DefaultTTL untyped$/m);
    assert.deepEqual(samples(exposition), ["node_netstat_Ip_DefaultTTL 64"]);
  });
});
