/** The manifests against the schemas that Kubernetes and the Prometheus Operator publish. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { type Manifest, readManifests, validate } from "./_kubernetes.ts";
import { artifactOf, needsBuild } from "./_project.ts";

/** One of them tells of its machine. */
const KINDS = {
  hello: ["Deployment", "Service", "NetworkPolicy", "PodMonitor"],
  node: ["DaemonSet", "Service", "PodMonitor"],
};

for (const name of ["hello", "node"] as const) {
  describe(`the kubernetes artifact of ${name}`, needsBuild, () => {
    it("has manifests that fit their schemas", async () => {
      const manifests = [
        ...await manifestsIn(name, `${name}-exporter.yaml`),
        ...await manifestsIn(name, "pod_monitor.yaml"),
      ];
      assert.deepEqual(manifests.map(({ kind }) => kind), KINDS[name]);
      for (const manifest of manifests) validate(manifest);
    });

    it("has parts that find each other", async () => {
      const [workload, service, ...policies] = await manifestsIn(name, `${name}-exporter.yaml`);
      const [monitor] = await manifestsIn(name, "pod_monitor.yaml");
      const { metadata: { labels }, spec: { containers: [container] } } = workload!.spec.template;
      const selectors = [
        workload!.spec.selector.matchLabels,
        service!.spec.selector,
        ...policies.map(({ spec }) => spec.podSelector.matchLabels),
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
  });
}

describe("the kubernetes artifact of hello", needsBuild, () => {
  it("has a patch that makes the exporter a sidecar of another Deployment", async () => {
    const [patch] = await manifestsIn("hello", "sidecar_patch.yaml");
    const { metadata: { annotations }, spec: { containers, volumes } } = patch!.spec.template;
    const [deployment] = await manifestsIn("hello", "hello-exporter.yaml");
    assert.deepEqual(containers, deployment!.spec.template.spec.containers);
    assert.deepEqual(volumes, deployment!.spec.template.spec.volumes);
    assert.deepEqual(annotations, deployment!.spec.template.metadata.annotations);
    const other = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "app" },
      spec: {
        selector: { matchLabels: { app: "app" } },
        template: {
          metadata: { labels: { app: "app" }, annotations },
          spec: { containers: [{ name: "app" }, ...containers], volumes },
        },
      },
    };
    new Deployment(other).validate();
  });
});

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
  return await readManifests(`${folder}/${file}`);
}
