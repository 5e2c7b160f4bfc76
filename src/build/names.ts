import type { Exporter } from "../exporter/definition.ts";

/** What the exporter is called as a program, a file or a service: `node_exporter`, as Prometheus people call it. */
export function programName({ name }: Exporter): string {
  return `${name.replaceAll("-", "_")}_exporter`;
}

/** What it is called where names are DNS labels: `node-exporter`. */
export function labelName({ name }: Exporter): string {
  return `${name.replaceAll("_", "-").replace(/-+$/, "")}-exporter`;
}

/** Where a service or a container has its settings, secrets and certificates. */
export function settingsFolder(exporter: Exporter): string {
  return `/etc/${programName(exporter)}`;
}
