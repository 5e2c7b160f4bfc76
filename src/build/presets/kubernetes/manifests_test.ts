import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Permissions } from "../../../exporter/permissions.ts";
import { exporterWith } from "../../_testing.ts";
import { deployment, networkPolicy } from "./manifests.ts";

function egressOf(net: string[]): unknown {
  return (networkPolicy(exporterWith({ permissions: { net } })) as { spec: { egress: unknown } }).spec.egress;
}

interface Pod {
  automountServiceAccountToken: boolean;
  containers: { env?: unknown }[];
}

function podOf(permissions: Permissions): Pod {
  const { spec } = deployment(exporterWith({ permissions }), "t:1") as { spec: { template: { spec: Pod } } };
  return spec.template.spec;
}

describe("networkPolicy()", () => {
  it("lets out what is declared, by its ports", () => {
    assert.deepEqual(egressOf([]), []);
    assert.deepEqual(egressOf(["a:5432", "b:5432", "[::1]:80"]), [{
      ports: [
        { port: 53, protocol: "UDP" },
        { port: 53, protocol: "TCP" },
        { port: 5432, protocol: "TCP" },
        { port: 80, protocol: "TCP" },
      ],
    }]);
    assert.deepEqual(egressOf(["a:5432", "b"]), [{}]);
    assert.deepEqual(egressOf(["*"]), [{}]);
  });
});

describe("deployment()", () => {
  it("gives the service account's token only to an exporter that reads it", () => {
    const token = "/var/run/secrets/kubernetes.io/serviceaccount/token";
    assert.equal(podOf({}).automountServiceAccountToken, false);
    assert.equal(podOf({ read: [token] }).automountServiceAccountToken, true);
  });

  it("takes the variables that are declared from a secret, if there is one", () => {
    assert.equal(podOf({}).containers[0]?.env, undefined);
    assert.deepEqual(podOf({ env: ["TOKEN"] }).containers[0]?.env, [
      { name: "TOKEN", valueFrom: { secretKeyRef: { name: "t-exporter", key: "TOKEN", optional: true } } },
    ]);
  });
});
