import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SILENT } from "../log/logger.ts";
import { announce, type AnnounceOptions } from "./announce.ts";
import type { DiscoveryOptions } from "./discovery_settings.ts";
import { announceableOf } from "./own_target_groups.ts";

const QUEUE = { name: "queue" };
const META = { __meta_exporterkit_exporter: "queue" };

function discoveryOf(some: Partial<DiscoveryOptions> = {}): DiscoveryOptions {
  return { label: [], param: [], forgetAfter: "24h", ...some };
}

/** A machine called `box`, with the files that are written there. */
function machine() {
  const written = new Map<string, string>();
  const platform: AnnounceOptions["platform"] = {
    variable: () => undefined,
    readTextFile: () => "",
    host: {
      name: () => "box",
      files: {
        write: (path, text) => Promise.resolve(void written.set(path, text)),
        touch: (path) => Promise.resolve(written.has(path)),
        remove: (path) => Promise.resolve(void written.delete(path)),
      },
    },
  };
  return { platform, written };
}

describe("announce()", () => {
  const addresses: [host: string, said: string | undefined, announced: string][] = [
    ["", undefined, "box:9876"],
    ["0.0.0.0", undefined, "box:9876"],
    ["::", undefined, "box:9876"],
    ["10.0.0.5", undefined, "10.0.0.5:9876"],
    ["::1", undefined, "[::1]:9876"],
    ["localhost", undefined, "localhost:9876"],
    ["", "web", "web:9876"],
    ["10.0.0.5", "web:80", "web:80"],
    ["", "fe80::1", "[fe80::1]:9876"],
  ];
  for (const [listening, address, announced] of addresses) {
    it(`announces ${announced} where it listens on "${listening}" and is told ${address ?? "nothing"}`, async () => {
      const { platform, written } = machine();
      const said = discoveryOf({ file: "/sd", ...(address === undefined ? {} : { address }) });
      const place = { host: listening, port: 9876, scheme: "http" } as const;
      const about = announceableOf(QUEUE, { discovery: said, web: { telemetryPath: "/metrics" } });
      const announcement = await announce(about, place, { discovery: said, log: SILENT, platform });
      const [text] = [...written.values()];
      await announcement.withdraw();
      assert.deepEqual(JSON.parse(text!), [{ targets: [announced], labels: { job: "queue", ...META } }]);
      assert.equal(written.size, 0);
    });
  }

  it("says labels, parameters, scheme and path", async () => {
    const { platform, written } = machine();
    const said = discoveryOf({ file: "/sd", label: ["job=orders", "team=checkout"], param: ["module=slow"] });
    const about = announceableOf(QUEUE, { discovery: said, web: { telemetryPath: "/m" } });
    const place = { host: "x", port: 1, scheme: "https" } as const;
    const announcement = await announce(about, place, { discovery: said, log: SILENT, platform });
    const [text] = [...written.values()];
    await announcement.withdraw();
    const steering = { __scheme__: "https", __metrics_path__: "/m", __param_module: "slow" };
    assert.deepEqual(JSON.parse(text!)[0].labels, { job: "orders", team: "checkout", ...steering, ...META });
  });

  it("asks the machine for its name only where nothing else is known", async () => {
    const { platform, written } = machine();
    const asking = { ...platform, host: { ...platform.host, name: () => assert.fail("asked") } };
    const said = discoveryOf({ file: "/sd", address: "web" });
    const place = { host: "", port: 1, scheme: "http" } as const;
    const about = announceableOf(QUEUE, { discovery: said, web: { telemetryPath: "/metrics" } });
    const announcement = await announce(about, place, { discovery: said, log: SILENT, platform: asking });
    assert.match([...written.values()].join(), /"web:1"/);
    await announcement.withdraw();
  });

  it("asks nothing of the machine without a flag", async () => {
    const nothing = new Proxy({} as AnnounceOptions["platform"], {
      get() {
        throw new Error("asked");
      },
    });
    const about = announceableOf(QUEUE, { discovery: discoveryOf(), web: { telemetryPath: "/metrics" } });
    const place = { host: "", port: 1, scheme: "http" } as const;
    const announcement = await announce(about, place, { discovery: discoveryOf(), log: SILENT, platform: nothing });
    await announcement.withdraw();
  });
});
