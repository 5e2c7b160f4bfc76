import type { Exporter } from "../../../exporter/definition.ts";
import { fileSettingsOf } from "../../../settings/setting.ts";
import { HOST_ROOT, hostFlags } from "../../host_root.ts";
import { labelName, settingsFolder } from "../../names.ts";
import { startedPrograms } from "../../started_programs.ts";
import { IMAGE_USER } from "../container/dockerfile.ts";

const PORT = "metrics";
const SETTINGS_FILE = "config.yml";
const HOST_VOLUME = "host-root";
/** Where pods find what lets them talk to Kubernetes. */
const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** One pod with the exporter in it; of an exporter that tells of its machine, one on each machine. */
export function workload(exporter: Exporter, image: string): object {
  const { permissions: { read = [] } = {} } = exporter;
  const isHost = tellsOfHost(exporter);
  return {
    apiVersion: "apps/v1",
    kind: isHost ? "DaemonSet" : "Deployment",
    metadata: metadata(exporter),
    spec: {
      ...(isHost ? {} : { replicas: 1 }),
      selector: { matchLabels: selector(exporter) },
      template: {
        metadata: { labels: labels(exporter), annotations: annotations(exporter) },
        spec: {
          automountServiceAccountToken: read.some((path) => path.startsWith(SERVICE_ACCOUNT)),
          enableServiceLinks: false,
          // The machine's network and processes, on all machines, whatever they are kept free for.
          ...(isHost ? { hostNetwork: true, hostPID: true, tolerations: [{ operator: "Exists" }] } : {}),
          securityContext: {
            runAsNonRoot: true,
            runAsUser: IMAGE_USER,
            runAsGroup: IMAGE_USER,
            seccompProfile: { type: "RuntimeDefault" },
            ...sysctls(exporter),
          },
          containers: [container(exporter, image)],
          volumes: volumes(exporter),
        },
      },
    },
  };
}

/** Where settings stand that only a file can give, to be filled in; none if there are no such settings. */
export function settingsMap(exporter: Exporter): object | undefined {
  if (!hasFile(exporter)) return undefined;
  return { apiVersion: "v1", kind: "ConfigMap", metadata: metadata(exporter), data: { [SETTINGS_FILE]: "{}\n" } };
}

/** The address of the exporter inside the cluster. */
export function service(exporter: Exporter): object {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { ...metadata(exporter), annotations: annotations(exporter) },
    spec: {
      selector: selector(exporter),
      // Each pod tells something else: nobody is to get any of them.
      ...(tellsOfHost(exporter) ? { clusterIP: "None" } : {}),
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
        spec: { containers: [container(exporter, image)], volumes: volumes(exporter) },
      },
    },
  };
}

/** Whether it tells of the machine that it runs on. */
export function tellsOfHost(exporter: Exporter): boolean {
  return hostFlags(exporter).length > 0;
}

function container(exporter: Exporter, image: string): object {
  const { port } = exporter;
  const probe = (path: string) => ({ httpGet: { path, port: PORT }, periodSeconds: 10, timeoutSeconds: 5 });
  const args = [...hasFile(exporter) ? [`--config.file=${settingsFolder(exporter)}/${SETTINGS_FILE}`] : []];
  args.push(...hostFlags(exporter));
  return {
    name: labelName(exporter),
    image,
    ...(args.length === 0 ? {} : { args }),
    ports: [{ name: PORT, containerPort: port, protocol: "TCP" }],
    // Variables come from the Secret of its name, where there is one.
    envFrom: [{ secretRef: { name: labelName(exporter), optional: true } }],
    volumeMounts: volumeMounts(exporter),
    livenessProbe: probe("/-/healthy"),
    readinessProbe: probe("/-/ready"),
    // Node takes some 90 MB at its start, and collects its garbage sooner where there is a limit.
    resources: { requests: { cpu: "10m", memory: "128Mi" }, limits: { memory: "256Mi" } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      runAsUser: IMAGE_USER,
      capabilities: { drop: ["ALL"] },
    },
  };
}

/** The folder of its settings holds the keys of the ConfigMap of its name, and of a Secret, where there are such. */
function volumes(exporter: Exporter): object[] {
  const name = labelName(exporter);
  const sources = [
    { configMap: { name, optional: true } },
    { secret: { name: `${name}-files`, optional: true } },
  ];
  return [
    { name: settingsVolume(exporter), projected: { sources } },
    ...(tellsOfHost(exporter) ? [{ name: HOST_VOLUME, hostPath: { path: "/", type: "Directory" } }] : []),
  ];
}

function volumeMounts(exporter: Exporter): object[] {
  const host = { name: HOST_VOLUME, mountPath: HOST_ROOT, readOnly: true, mountPropagation: "HostToContainer" };
  return [
    { name: settingsVolume(exporter), mountPath: settingsFolder(exporter), readOnly: true },
    ...(tellsOfHost(exporter) ? [host] : []),
  ];
}

/** Beside the volumes of another Deployment, whose names nobody knows. */
function settingsVolume(exporter: Exporter): string {
  return `${labelName(exporter)}-settings`;
}

function hasFile({ settings }: Exporter): boolean {
  return fileSettingsOf(settings).length > 0;
}

/** What makes up for the capabilities that programs lack which it starts. */
function sysctls(exporter: Exporter): object {
  const all = startedPrograms(exporter).known.map(({ sysctl }) => sysctl(IMAGE_USER));
  return all.length === 0 ? {} : { sysctls: all.map(([name, value]) => ({ name, value })) };
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
