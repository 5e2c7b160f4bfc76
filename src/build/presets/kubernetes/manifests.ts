import type { Exporter } from "../../../exporter/definition.ts";
import { labelName } from "../../names.ts";

const PORT = "metrics";
/** The user of distroless images. */
const USER = 65532;
/** Where pods find what lets them talk to Kubernetes. */
const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** One pod with the exporter in it. */
export function deployment(exporter: Exporter, image: string): object {
  const { permissions: { read = [] } = {} } = exporter;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata(exporter),
    spec: {
      replicas: 1,
      selector: { matchLabels: selector(exporter) },
      template: {
        metadata: { labels: labels(exporter), annotations: annotations(exporter) },
        spec: {
          automountServiceAccountToken: read.some((path) => path.startsWith(SERVICE_ACCOUNT)),
          enableServiceLinks: false,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: USER,
            runAsGroup: USER,
            seccompProfile: { type: "RuntimeDefault" },
          },
          containers: [container(exporter, image)],
        },
      },
    },
  };
}

/** The address of the exporter inside the cluster. */
export function service(exporter: Exporter): object {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { ...metadata(exporter), annotations: annotations(exporter) },
    spec: {
      selector: selector(exporter),
      ports: [{ name: PORT, port: exporter.port, targetPort: PORT, protocol: "TCP" }],
    },
  };
}

/** Lets scrapes in, and out what the exporter declares: policies know ports and no names. */
export function networkPolicy(exporter: Exporter): object {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: metadata(exporter),
    spec: {
      podSelector: { matchLabels: selector(exporter) },
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ ports: [{ port: PORT, protocol: "TCP" }] }],
      egress: egress(exporter),
    },
  };
}

/** Lets the Prometheus Operator find the pods, as sidecars too. */
export function podMonitor(exporter: Exporter): object {
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PodMonitor",
    metadata: metadata(exporter),
    spec: {
      selector: { matchLabels: selector(exporter) },
      podMetricsEndpoints: [{ port: PORT, path: "/metrics" }],
    },
  };
}

/** Adds the exporter to the pods of another Deployment: `kubectl patch deployment NAME --patch-file sidecar_patch.yaml`. */
export function sidecarPatch(exporter: Exporter, image: string): object {
  return {
    spec: {
      template: {
        metadata: { annotations: annotations(exporter) },
        spec: { containers: [container(exporter, image)] },
      },
    },
  };
}

function container(exporter: Exporter, image: string): object {
  const { port, permissions: { env = [] } = {} } = exporter;
  const probe = (path: string) => ({ httpGet: { path, port: PORT }, periodSeconds: 10, timeoutSeconds: 5 });
  return {
    name: labelName(exporter),
    image,
    ports: [{ name: PORT, containerPort: port, protocol: "TCP" }],
    ...(env.length === 0 ? {} : { env: env.map((name) => fromSecret(exporter, name)) }),
    livenessProbe: probe("/-/healthy"),
    readinessProbe: probe("/-/ready"),
    resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "256Mi" } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      runAsUser: USER,
      capabilities: { drop: ["ALL"] },
    },
  };
}

/** A variable that the exporter declares comes from the Secret of its name, where there is one. */
function fromSecret(exporter: Exporter, name: string): object {
  return { name, valueFrom: { secretKeyRef: { name: labelName(exporter), key: name, optional: true } } };
}

/** Without a port a host stands for all that it may be asked for. */
function egress({ permissions: { net = [] } = {} }: Exporter): object[] {
  if (net.length === 0) return [];
  const ports = net.map((host) => /:(\d+)$/.exec(host)?.[1]);
  if (ports.some((port) => port === undefined)) return [{}];
  const names = [{ port: 53, protocol: "UDP" }, { port: 53, protocol: "TCP" }];
  return [{ ports: [...names, ...[...new Set(ports)].map((port) => ({ port: Number(port), protocol: "TCP" }))] }];
}

function metadata(exporter: Exporter): { name: string; labels: Record<string, string> } {
  return { name: labelName(exporter), labels: labels(exporter) };
}

function selector(exporter: Exporter): Record<string, string> {
  return { "app.kubernetes.io/name": labelName(exporter) };
}

function labels(exporter: Exporter): Record<string, string> {
  // A label's value is shorter and plainer than a version may be.
  const version = exporter.version.replace(/[^\w.-]/g, "_").slice(0, 63).replace(/[^a-z0-9]+$/i, "");
  return { ...selector(exporter), "app.kubernetes.io/version": version, "app.kubernetes.io/component": "exporter" };
}

function annotations({ port }: Exporter): Record<string, string> {
  return { "prometheus.io/scrape": "true", "prometheus.io/port": String(port), "prometheus.io/path": "/metrics" };
}
