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
    assert.deepEqual(probeTargetGroups(targets, "/probe", { url, own: [] }), [
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
      const reached = { url: new URL(url), own: [] };
      const [{ targets, labels } = { targets: [], labels: {} }] = probeTargetGroups([{ target: "a" }], "/p", reached);
      return [targets[0], labels.__scheme__, labels.__metrics_path__];
    });
    assert.deepEqual(addresses, [
      ["e.example:443", "https", "/p"],
      ["e.example:80", undefined, "/p"],
      ["[::1]:8443", "https", "/p"],
    ]);
  });

  it("has the address and the labels that are announced of the exporter, but not where its metrics are", () => {
    const labels = { job: "search", team: "a", __scheme__: "https", __metrics_path__: "/m", __param_collect: "x" };
    const own = [{ targets: ["announced:443"], labels }];
    const targets = [{ target: "db", labels: { team: "b" } }];
    assert.deepEqual(probeTargetGroups(targets, "/probe", { url, own }), [{
      targets: ["announced:443"],
      labels: {
        job: "search",
        team: "b",
        instance: "db",
        __scheme__: "https",
        __metrics_path__: "/probe",
        __param_target: "db",
      },
    }]);
  });

  it("lets labels of a target choose its instance", () => {
    const [group] = probeTargetGroups([{ target: "a", labels: { instance: "db1" } }], "/probe", { url, own: [] });
    assert.equal(group!.labels.instance, "db1");
  });
});
