import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as v from "valibot";
import type { Exporter } from "../../../exporter/definition.ts";
import type { Permissions } from "../../../exporter/permissions.ts";
import { hostPath } from "../../../settings/host_path.ts";
import { exporterWith } from "../../_testing.ts";
import { networkPolicy, settingsMap, sidecarPatch, workload } from "./manifests.ts";

function egressOf(net: string[]): unknown {
  return (networkPolicy(exporterWith({ permissions: { net } })) as { spec: { egress: unknown } }).spec.egress;
}

interface Pod {
  readonly automountServiceAccountToken: boolean;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly securityContext: { readonly sysctls?: unknown };
  readonly containers: {
    readonly args?: readonly string[];
    readonly envFrom: unknown;
    readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  }[];
  readonly volumes: readonly { readonly name: string; readonly hostPath?: unknown }[];
}

interface Workload {
  readonly kind: string;
  readonly spec: { readonly template: { readonly spec: Pod } };
}

function workloadOf(changes: Partial<Exporter>): Workload {
  return workload(exporterWith(changes), "t:1") as Workload;
}

function podOf(permissions: Permissions): Pod {
  return workloadOf({ permissions }).spec.template.spec;
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

describe("workload()", () => {
  it("gives the service account's token only to an exporter that reads it", () => {
    const token = "/var/run/secrets/kubernetes.io/serviceaccount/token";
    assert.equal(podOf({}).automountServiceAccountToken, false);
    assert.equal(podOf({ read: [token] }).automountServiceAccountToken, true);
  });

  it("takes variables and files from where somebody may have put them", () => {
    const { containers: [container], volumes } = podOf({});
    assert.deepEqual(container?.envFrom, [{ secretRef: { name: "t-exporter", optional: true } }]);
    assert.deepEqual(volumes, [{
      name: "t-exporter-settings",
      projected: {
        sources: [
          { configMap: { name: "t-exporter", optional: true } },
          { secret: { name: "t-exporter-files", optional: true } },
        ],
      },
    }]);
    assert.deepEqual(container?.volumeMounts, [
      { name: "t-exporter-settings", mountPath: "/etc/t_exporter", readOnly: true },
    ]);
    assert.equal(container?.args, undefined);
  });

  it("reads the file of its ConfigMap if some settings stand in a file only", () => {
    const settings = v.object({ modules: v.record(v.string(), v.string()) });
    assert.deepEqual(workloadOf({ settings }).spec.template.spec.containers[0]?.args, [
      "--config.file=/etc/t_exporter/config.yml",
    ]);
    assert.deepEqual((settingsMap(exporterWith({ settings })) as { data: unknown }).data, { "config.yml": "{}\n" });
    assert.equal(settingsMap(exporterWith()), undefined);
  });

  it("is one on each machine of an exporter that tells of its machine, with the machine in it", () => {
    const settings = v.object({ procfs: v.optional(v.pipe(v.string(), hostPath()), "/proc") });
    const { kind, spec: { template: { spec: pod } } } = workloadOf({ settings });
    assert.equal(kind, "DaemonSet");
    assert.deepEqual([pod.hostNetwork, pod.hostPID], [true, true]);
    assert.deepEqual(pod.volumes[1], { name: "host-root", hostPath: { path: "/", type: "Directory" } });
    assert.deepEqual(pod.containers[0]?.volumeMounts[1], {
      name: "host-root",
      mountPath: "/host",
      readOnly: true,
      mountPropagation: "HostToContainer",
    });
    assert.deepEqual(pod.containers[0]?.args, ["--procfs=/host/proc"]);
    assert.equal(workloadOf({}).kind, "Deployment");
  });

  it("lets programs do without the capabilities that they lack", () => {
    const sysctl = { name: "net.ipv4.ping_group_range", value: "65532 65532" };
    assert.deepEqual(podOf({ run: ["ping"] }).securityContext.sysctls, [sysctl]);
    assert.equal(podOf({ run: ["smartctl"] }).securityContext.sysctls, undefined);
  });
});

describe("sidecarPatch()", () => {
  it("adds the volumes too that the container mounts", () => {
    const { spec } = sidecarPatch(exporterWith(), "t:1") as Workload;
    const { containers: [container], volumes } = spec.template.spec;
    assert.deepEqual(container?.volumeMounts.map(({ name }) => name), volumes.map(({ name }) => name));
  });
});
