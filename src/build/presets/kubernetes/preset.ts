import { stringify } from "yaml";
import { labelName } from "../../names.ts";
import type { Preset } from "../../preset.ts";
import { deployment, networkPolicy, podMonitor, service, sidecarPatch } from "./manifests.ts";

/** Manifests for the image that the `container` preset builds. */
export default {
  pack({ exporter, options }) {
    const name = labelName(exporter);
    const image = options.image ?? `${name}:${exporter.version}`;
    return Promise.resolve({
      files: [
        {
          path: `${name}.yaml`,
          content: documents(deployment(exporter, image), service(exporter), networkPolicy(exporter)),
        },
        { path: "pod_monitor.yaml", content: documents(podMonitor(exporter)) },
        { path: "sidecar_patch.yaml", content: documents(sidecarPatch(exporter, image)) },
      ],
      start: `kubectl apply -f ${name}.yaml`,
      notes: [
        `it runs the image ${image}, which the container preset builds; pod_monitor.yaml needs the Prometheus Operator`,
      ],
    });
  },
} satisfies Preset as Preset;

function documents(...manifests: object[]): string {
  return manifests.map((manifest) => stringify(manifest, { lineWidth: 0 })).join("---\n");
}
