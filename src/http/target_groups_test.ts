import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { probeTargetGroups } from "./target_groups.ts";

describe("probeTargetGroups()", () => {
  const url = new URL("http://exporter:9876/sd?x=y");

  it("says how to probe each target through the exporter that was asked", () => {
    const targets = [
      { target: "db:5432", module: "deep", authModule: "main", labels: { team: "search" } },
      { target: "https://example.com/?a=b&c" },
    ];
    assert.deepEqual(probeTargetGroups(targets, url, "/probe"), [
      {
        targets: ["exporter:9876"],
        labels: {
          instance: "db:5432",
          team: "search",
          __metrics_path__: "/probe",
          __param_target: "db:5432",
          __param_module: "deep",
          __param_auth_module: "main",
        },
      },
      {
        targets: ["exporter:9876"],
        labels: {
          instance: "https://example.com/?a=b&c",
          __metrics_path__: "/probe",
          __param_target: "https://example.com/?a=b&c",
        },
      },
    ]);
  });

  it("names the port and the scheme that it was asked by", () => {
    const addresses = ["https://e.example/sd", "http://e.example/sd", "https://[::1]:8443/sd"].map((url) => {
      const [{ targets, labels } = { targets: [], labels: {} }] = probeTargetGroups(
        [{ target: "a" }],
        new URL(url),
        "/p",
      );
      return [targets[0], labels.__scheme__, labels.__metrics_path__];
    });
    assert.deepEqual(addresses, [
      ["e.example:443", "https", "/p"],
      ["e.example:80", undefined, "/p"],
      ["[::1]:8443", "https", "/p"],
    ]);
  });

  it("lets labels of a target choose its instance", () => {
    const [group] = probeTargetGroups([{ target: "a", labels: { instance: "db1" } }], url, "/probe");
    assert.equal(group!.labels.instance, "db1");
  });
});
