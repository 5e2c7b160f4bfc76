import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { settingsOf } from "../settings/setting.ts";
import { settle } from "../settings/settle.ts";
import { DISCOVERY, readAnnouncedAddress, readPairs } from "./discovery_settings.ts";

function read(input: Record<string, unknown>) {
  const given = Object.entries(input).map(([key, value]) => ({
    path: settings.find(({ path }) => path[0] === key)!.path,
    value,
    origin: `Setting ${key}`,
  }));
  const settled = settle(DISCOVERY, { settings, given, prefix: "" });
  return "problems" in settled ? settled.problems : settled.value;
}

const settings = settingsOf(DISCOVERY);

describe("the settings of discovery", () => {
  it("ask for nothing by default, and forget after a day", () => {
    assert.deepEqual(read({}), { label: [], param: [], forgetAfter: "24h" });
  });

  it("are read", () => {
    const said = {
      file: "/sd",
      consul: "https://consul:8501/",
      http: "http://[::1]:9099/base",
      address: "web:80",
      label: ["job=orders", "__scrape_interval__=5s", "job="],
      param: ["module=a=b"],
      forgetAfter: "90m",
    };
    assert.deepEqual(read(said), said);
  });

  const wrong: [string, unknown, RegExp][] = [
    ["file", "", /^Setting file: got "", expected a folder$/],
    ["consul", "consul:8500", /^Setting consul: got "consul:8500", expected a URL/],
    ["http", "http://me:secret@x", /expected a URL .* without user name and password$/],
    ["address", "http://x", /expected host, host:port or \[address\]:port$/],
    ["address", "x:0", /expected host/],
    ["label", ["job"], /^Setting label: got "job", expected name=value/],
    ["label", ["a-b=c"], /expected name=value/],
    ["label", ["__address__=c"], /expected name=value/],
    ["param", ["collect[]=cpu"], /expected name=value/],
    ["forgetAfter", "30s", /^Setting forgetAfter: got "30s", expected at least a minute/],
    ["forgetAfter", "soon", /expected at least a minute/],
  ];
  for (const [key, value, problem] of wrong) {
    it(`refuse ${key} ${value}`, () => {
      const problems = read({ [key]: value }) as readonly string[];
      assert.equal(problems.length, 1);
      assert.match(problems[0]!, problem);
    });
  }
});

describe("readAnnouncedAddress()", () => {
  const cases: [string, ReturnType<typeof readAnnouncedAddress>][] = [
    ["10.0.0.5", { host: "10.0.0.5" }],
    ["10.0.0.5:80", { host: "10.0.0.5", port: 80 }],
    ["web-1.example.org:65535", { host: "web-1.example.org", port: 65_535 }],
    ["::1", { host: "[::1]" }],
    ["fe80::1", { host: "[fe80::1]" }],
    ["[::1]", { host: "[::1]" }],
    ["[::1]:80", { host: "[::1]", port: 80 }],
    ["", undefined],
    ["x:65536", undefined],
    ["x:0", undefined],
    ["x:", undefined],
    ["x:y", undefined],
    ["a b", undefined],
    ["a/b", undefined],
  ];
  for (const [text, address] of cases) {
    it(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(readAnnouncedAddress(text), address));
  }
});

describe("readPairs()", () => {
  it("takes the last value of a name", () => {
    assert.deepEqual(readPairs(["a=1", "b=x=y", "a=", "c=\n"]), { a: "", b: "x=y", c: "\n" });
  });
});
