/** What a kubernetes artifact is judged by: the schemas that Kubernetes and the Prometheus Operator publish. */
import { PodMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor";
import { DaemonSet } from "kubernetes-models/apps/v1/DaemonSet";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import { Service } from "kubernetes-models/v1/Service";
import { parseAllDocuments } from "yaml";

/** A manifest as YAML has it. */
export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  // deno-lint-ignore no-explicit-any
  readonly spec: any;
}

// deno-lint-ignore no-explicit-any
const KINDS: Readonly<Record<string, new (manifest: any) => { validate(): void }>> = {
  ConfigMap,
  DaemonSet,
  Deployment,
  NetworkPolicy,
  PodMonitor,
  Service,
};

/** The manifests in a file. */
export async function readManifests(path: string): Promise<Manifest[]> {
  return parseAllDocuments(await Deno.readTextFile(path)).map((document) => document.toJS());
}

/** @throws If a manifest does not fit the schema of its kind. */
export function validate(manifest: Manifest): void {
  new KINDS[manifest.kind]!(manifest).validate();
}
