import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { closedRange } from "./closed_range.ts";

const CLOSED: Readonly<Record<string, readonly string[]>> = {
  loopback: [
    "127.0.0.1",
    "127.0.0.0",
    "127.255.255.255",
    "127.1",
    "0x7f.1",
    "0177.0.0.1",
    "2130706433",
    "0x7f000001",
    "017700000001",
    "::1",
    "0:0:0:0:0:0:0:1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "0:0:0:0:0:ffff:7f00:0001",
    "::127.0.0.1",
    "::7f00:1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2002:7f00:0001:1:2:3:4:5",
    "2001:0:808:808:0:0:80ff:fffe",
    "2001:0:7f00:1::f7f7:f7f7",
    "fd00::5efe:127.0.0.1",
    "2001:db8::200:5efe:7f00:1",
  ],
  "link-local": [
    "169.254.0.1",
    "169.254.255.255",
    "fe80::1",
    "fe80::1%eth0",
    "febf:ffff::1",
    "::ffff:169.254.1.1",
    "2002:a9fe:101::1",
  ],
  "cloud metadata": [
    "169.254.169.254",
    "169.254.170.2",
    "169.254.170.23",
    "0xa9fea9fe",
    "2852039166",
    "0251.0376.0251.0376",
    "::ffff:169.254.169.254",
    "::ffff:a9fe:a9fe",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::",
    "fd00:ec2::254",
    "fd00:ec2::23",
    "100.100.100.200",
    "::ffff:100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "fd00:c1::a9fe:a9fe",
    "fd20:ce::254",
    "fd00:42::42",
  ],
  unspecified: ["0.0.0.0", "0", "0.1.2.3", "::", "::ffff:0.0.0.0", "64:ff9b::", "::2"],
  multicast: ["224.0.0.1", "239.255.255.250", "ff02::1", "ff00::", "::ffff:224.0.0.1"],
  broadcast: ["255.255.255.255", "0xffffffff", "::ffff:255.255.255.255"],
  reserved: ["240.0.0.1", "255.255.255.254"],
  "local NAT64": ["64:ff9b:1::1", "64:ff9b:1:7f00:0:100::"],
};

const OPEN = [
  "10.0.0.1",
  "10.255.255.255",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.0.1",
  "100.64.0.1",
  "100.100.100.201",
  "1.1.1.1",
  "8.8.8.8",
  "126.255.255.255",
  "128.0.0.1",
  "169.253.255.255",
  "169.255.0.0",
  "223.255.255.255",
  "168.63.129.17",
  "192.0.0.191",
  "2606:4700::1111",
  "fc00::1",
  "fd12:3456:789a::1",
  "fec0::1",
  "::ffff:10.0.0.1",
  "::ffff:8.8.8.8",
  "64:ff9b::808:808",
  "64:ff9b::a00:1",
  "2002:808:808::1",
  "2001:0:808:808::f7f7:f7f7",
  "fe7f:ffff::1",
  "::8.8.8.8",
];

describe("closedRange()", () => {
  for (const [range, addresses] of Object.entries(CLOSED)) {
    for (const address of addresses) {
      it(`calls ${address} ${range}`, () => assert.equal(closedRange(address), range));
    }
  }

  for (const address of OPEN) {
    it(`leaves ${address} open`, () => assert.equal(closedRange(address), undefined));
  }

  for (const text of ["", "localhost", "256.0.0.1", "1.2.3.4.5", "[::1]", ":::", "1.2.3.4/8"]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => closedRange(text), {
        name: "TypeError",
        message: `Cannot tell the range of "${text}": expected an IP address`,
      });
    });
  }
});
