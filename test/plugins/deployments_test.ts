/** What each plugin is deployed with: an image, a service of systemd, a pod; judged, and started as far as this machine can. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { imageCommand, lintDockerfile, needsHadolint } from "../build/_container.ts";
import { type Manifest, readManifests, validate } from "../build/_kubernetes.ts";
import { deployed } from "../build/_project.ts";
import { analyze, judgeExposure, needsSystemdAnalyze, unpackedService } from "../build/_systemd.ts";
import { ask } from "../_http.ts";
import { startServer } from "../_process.ts";
import { findProgram, type Needs, needsCarriedRuntimes, needsProgram, skipBecause } from "../_programs.ts";
import { artifactOf } from "./_artifacts.ts";
import { needsTargets, startTargets } from "./_blackbox.ts";
import { valueOf } from "./_families.ts";

interface Plugin {
  readonly name: string;
  /** The port that it has by default, as the original. */
  readonly port: number;
  /** A metric that is there although there is nothing to ask. */
  readonly metric: RegExp;
  /** How much its service may leave open, see `judgeExposure`. */
  readonly exposure: number;
}

const PLUGINS: readonly Plugin[] = [
  { name: "mysqld", port: 9104, metric: /^mysql_up 0$/m, exposure: 15 },
  { name: "redis", port: 9121, metric: /^redis_up 0$/m, exposure: 15 },
  { name: "postgres", port: 9187, metric: /^pg_up 0$/m, exposure: 15 },
  // It starts a program that needs a capability.
  { name: "blackbox", port: 9115, metric: /^blackbox_exporter_build_info\{/m, exposure: 25 },
  { name: "json", port: 7979, metric: /^json_exporter_build_info\{/m, exposure: 15 },
  { name: "nginx", port: 9113, metric: /^nginx_up 0$/m, exposure: 15 },
  { name: "memcached", port: 9150, metric: /^memcached_up 0$/m, exposure: 15 },
  { name: "node", port: 9100, metric: /^node_cpu_seconds_total\{.*\} [1-9]/m, exposure: 25 },
];

for (const { name, port, metric, exposure } of PLUGINS) {
  const plugin = `${name}_exporter`;

  describe(`the container artifact of ${plugin}`, { ...needsCarriedRuntimes(), ...needsHadolint() }, () => {
    it("has a Dockerfile with which hadolint finds no fault", async () => {
      const { folder } = await artifactOf(plugin, "container");
      const { code, stdout, stderr } = await lintDockerfile(folder);
      assert.deepEqual([code, stdout, stderr], [0, "", ""]);
      assert.match(await Deno.readTextFile(`${folder}/Dockerfile`), new RegExp(`^EXPOSE ${port}$`, "m"));
    });
  });

  describe(`the systemd artifact of ${plugin}`, { ...needsCarriedRuntimes(), ...needsSystemdAnalyze() }, () => {
    it("has a service file that systemd-analyze verifies without a word, and calls safe", async () => {
      await using service = await unpackedService(await artifactOf(plugin, "systemd"));
      const { code, stdout, stderr } = await analyze(["verify", service.path]);
      assert.deepEqual([code, stdout, stderr], [0, "", ""]);
      const judged = await judgeExposure(service.path, exposure);
      assert.equal(judged.code, 0, judged.verdict);
    });
  });

  describe(`the kubernetes artifact of ${plugin}`, needsCarriedRuntimes(), () => {
    it("has manifests that fit their schemas, and one port in all of them", async () => {
      const { folder } = await artifactOf(plugin, "kubernetes");
      const manifests = await readManifests(`${folder}/${name}-exporter.yaml`);
      const [monitor] = await readManifests(`${folder}/pod_monitor.yaml`);
      for (const manifest of [...manifests, monitor!]) validate(manifest);
      const { metadata: { annotations }, spec: { containers: [container] } } = workloadOf(manifests).spec.template;
      const service = manifests.find(({ kind }) => kind === "Service");
      assert.deepEqual([container.ports[0].containerPort, service?.spec.ports[0].port], [port, port]);
      assert.equal(annotations["prometheus.io/port"], String(port));
      assert.equal(annotations["prometheus.io/path"], monitor?.spec.podMetricsEndpoints[0].path);
    });

    it("has a pod that starts with its image, its arguments and its files, and answers where it is asked", async () => {
      const { folder } = await artifactOf(plugin, "kubernetes");
      const manifests = await readManifests(`${folder}/${name}-exporter.yaml`);
      const [monitor] = await readManifests(`${folder}/pod_monitor.yaml`);
      const [container] = workloadOf(manifests).spec.template.spec.containers;
      await using image = await deployed(await artifactOf(plugin, "container"));
      const inPod = await podFolders(image.folder, { plugin, manifests });
      const [path, ...flags] = await imageCommand("ENTRYPOINT", image.folder);
      const args = [...flags, ...container.args ?? [], "--web.listen-address=127.0.0.1:0"].map(inPod);
      await using server = await startServer({ path, args, env: { HOME: "/nonexistent" } });
      for (const { httpGet } of [container.livenessProbe, container.readinessProbe]) {
        assert.equal((await ask(`${server.url}${httpGet.path}`)).status, 200);
      }
      const { text } = await ask(`${server.url}${monitor!.spec.podMetricsEndpoints[0].path}`);
      assert.match(text, metric, server.stderr());
    });

    it("has every file in its pod that the exporter declares to read", async () => {
      const { folder, permissions: { read = [] } } = await artifactOf(plugin, "kubernetes");
      const manifests = await readManifests(`${folder}/${name}-exporter.yaml`);
      const { containers: [container], volumes } = workloadOf(manifests).spec.template.spec;
      const mounts: { name: string; mountPath: string }[] = container.volumeMounts;
      assert.deepEqual(mounts.map((mount) => mount.name), volumes.map((volume: { name: string }) => volume.name));
      const isRoot = (mount: string) =>
        volumes.some(({ name, hostPath }: { name: string; hostPath?: { path: string } }) =>
          name === mount && hostPath?.path === "/"
        );
      for (const path of read) {
        const found = mounts.some(({ name, mountPath }) => path === "/" ? isRoot(name) : path === mountPath);
        assert.ok(found, `${path} is not in the pod`);
      }
    });
  });
}

describe("the systemd artifact of blackbox_exporter", { ...needsTargets(), ...needsRoot() }, () => {
  it("pings as a user, with the capabilities of its service", async () => {
    await using targets = await startTargets();
    await using service = await unpackedService(await artifactOf("blackbox_exporter", "systemd"));
    const text = await Deno.readTextFile(service.path);
    const [, capability] = /^AmbientCapabilities=CAP_(\w+)$/m.exec(text) ?? [];
    assert.match(text, new RegExp(`^CapabilityBoundingSet=CAP_${capability}$`, "m"));
    const only = `-all,+${capability?.toLowerCase()}`;
    await Deno.chmod(service.path.replace(/\/[^/]*$/, ""), 0o755);
    await using server = await startServer({
      path: findProgram("setpriv")!,
      args: [
        ...["--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs"],
        ...[`--bounding-set=${only}`, `--inh-caps=${only}`, `--ambient-caps=${only}`],
        ...[...service.command, "--web.listen-address=127.0.0.1:0", "--probe.allow=127.0.0.0/8"],
      ],
      env: { HOME: "/nonexistent" },
    });
    const probe = await ask(`${server.url}/probe?module=icmp&target=localhost&debug=true`);
    assert.equal(valueOf(probe.text, "probe_success"), 1, probe.text + targets.folder);
  });
});

function workloadOf(manifests: readonly Manifest[]): Manifest {
  return manifests.find(({ kind }) => kind === "Deployment" || kind === "DaemonSet")!;
}

/**
 * Makes folders for what a pod mounts: the settings, with the files of the ConfigMap, and the machine's root.
 *
 * @returns What puts these folders into an argument.
 */
async function podFolders(
  folder: string,
  { plugin, manifests }: { readonly plugin: string; readonly manifests: readonly Manifest[] },
): Promise<(arg: string) => string> {
  await Deno.mkdir(`${folder}/settings`);
  const map = manifests.find(({ kind }) => kind === "ConfigMap") as { data?: Record<string, string> } | undefined;
  for (const [name, text] of Object.entries(map?.data ?? {})) {
    await Deno.writeTextFile(`${folder}/settings/${name}`, text);
  }
  await Deno.symlink("/", `${folder}/host`);
  return (arg) => arg.replace(`=/etc/${plugin}`, `=${folder}/settings`).replace(/=\/host\b/, `=${folder}/host`);
}

/** Only root can become a user with certain capabilities. */
function needsRoot(): Needs {
  const needs = needsProgram("setpriv", "apt-get install -y util-linux");
  if (needs.skip !== undefined || Deno.uid() === 0) return needs;
  return skipBecause("only root can start a program as another user", { alsoInCi: true });
}
