import { stringify } from "yaml";
import { labelName } from "../../names.ts";
import type { Preset } from "../../preset.ts";
import { networkPolicy, podMonitor, service, settingsMap, sidecarPatch, tellsOfHost, workload } from "./manifests.ts";

/** Manifests for the image that the `container` preset builds. */
export default {
  pack({ exporter, options }) {
    const name = labelName(exporter);
    const image = options.image ?? `${name}:${exporter.version}`;
    const isHost = tellsOfHost(exporter);
    const manifests = [
      settingsMap(exporter),
      workload(exporter, image),
      service(exporter),
      // Policies are not for pods with the network of their machine.
      isHost ? undefined : networkPolicy(exporter),
    ];
    const patch = { path: "sidecar_patch.yaml", content: documents(sidecarPatch(exporter, image)) };
    return Promise.resolve({
      files: [
        { path: `${name}.yaml`, content: documents(...manifests.filter((manifest) => manifest !== undefined)) },
        { path: "pod_monitor.yaml", content: documents(podMonitor(exporter)) },
        // No pod has the machine for itself.
        ...(isHost ? [] : [patch]),
      ],
      start: `kubectl apply -f ${name}.yaml`,
      notes: [
        `it runs the image ${image}, which the container preset builds; pod_monitor.yaml needs the Prometheus Operator`,
        ...(isHost ? ["its namespace has to allow privileged pods, since it sees the machine"] : []),
      ],
    });
  },
} satisfies Preset as Preset;

function documents(...manifests: object[]): string {
  return manifests.map((manifest) => stringify(manifest, { lineWidth: 0 })).join("---\n");
}
