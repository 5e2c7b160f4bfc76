/** The manifests against the schemas that Kubernetes and the Prometheus Operator publish. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PodMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import { Service } from "kubernetes-models/v1/Service";
import { parseAllDocuments } from "yaml";
import { artifactOf, needsBuild } from "./_project.ts";

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  // deno-lint-ignore no-explicit-any
  readonly spec: any;
}

// deno-lint-ignore no-explicit-any
const KINDS: Readonly<Record<string, new (manifest: any) => { validate(): void }>> = {
  Deployment,
  NetworkPolicy,
  PodMonitor,
  Service,
};

for (const name of ["hello", "node"] as const) {
  describe(`the kubernetes artifact of ${name}`, needsBuild, () => {
    it("has manifests that fit their schemas", async () => {
      const manifests = [
        ...await manifestsIn(name, `${name}-exporter.yaml`),
        ...await manifestsIn(name, "pod_monitor.yaml"),
      ];
      assert.deepEqual(manifests.map(({ kind }) => kind), ["Deployment", "Service", "NetworkPolicy", "PodMonitor"]);
      for (const manifest of manifests) new KINDS[manifest.kind]!(manifest).validate();
    });

    it("has parts that find each other", async () => {
      const [deployment, service, policy] = await manifestsIn(name, `${name}-exporter.yaml`);
      const [monitor] = await manifestsIn(name, "pod_monitor.yaml");
      const { metadata: { labels }, spec: { containers: [container] } } = deployment!.spec.template;
      const selectors = [
        deployment!.spec.selector.matchLabels,
        service!.spec.selector,
        policy!.spec.podSelector.matchLabels,
        monitor!.spec.selector.matchLabels,
      ];
      for (const selector of selectors) assert.deepEqual({ ...labels, ...selector }, labels);
      const [port] = container.ports;
      const { port: declared } = await artifactOf(name, "kubernetes");
      assert.equal(port.containerPort, declared);
      assert.deepEqual(
        [
          service!.spec.ports[0].targetPort,
          monitor!.spec.podMetricsEndpoints[0].port,
          container.livenessProbe.httpGet.port,
        ],
        [port.name, port.name, port.name],
      );
    });

    it("has a patch that makes the exporter a sidecar of another Deployment", async () => {
      const [patch] = await manifestsIn(name, "sidecar_patch.yaml");
      const { metadata: { annotations }, spec: { containers } } = patch!.spec.template;
      const [deployment] = await manifestsIn(name, `${name}-exporter.yaml`);
      assert.deepEqual(containers, deployment!.spec.template.spec.containers);
      assert.deepEqual(annotations, deployment!.spec.template.metadata.annotations);
      const other = {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "app" },
        spec: {
          selector: { matchLabels: { app: "app" } },
          template: {
            metadata: { labels: { app: "app" }, annotations },
            spec: { containers: [{ name: "app" }, ...containers] },
          },
        },
      };
      new Deployment(other).validate();
    });
  });
}

describe("a manifest that is wrong", () => {
  it("does not fit its schema", () => {
    const spec = {
      selector: {},
      template: { spec: { containers: [{ image: "x", ports: [{ containerPort: "9876" }] }] } },
    };
    // deno-lint-ignore no-explicit-any
    assert.throws(() => new Deployment({ metadata: { name: "x" }, spec } as any).validate());
  });
});

async function manifestsIn(name: "hello" | "node", file: string): Promise<Manifest[]> {
  const { folder } = await artifactOf(name, "kubernetes");
  return parseAllDocuments(await Deno.readTextFile(`${folder}/${file}`)).map((document) => document.toJS());
}
