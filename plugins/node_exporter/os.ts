import { defineCollector, gauge } from "@exporterkit/core";
import { type Host, ifPresent } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

/** The fields of os-release that become labels, in lower case. */
const FIELDS = [
  "build_id",
  "id",
  "id_like",
  "image_id",
  "image_version",
  "name",
  "pretty_name",
  "variant",
  "variant_id",
  "version",
  "version_codename",
  "version_id",
] as const;

/** Collects which operating system is installed. */
export function os(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "Name and version of the operating system.",
    metrics: {
      info: gauge("node_os_info", "What is installed, from /etc/os-release or /usr/lib/os-release.", FIELDS),
      version: gauge(
        "node_os_version",
        "Version of the operating system up to its second number, from VERSION_ID of os-release.",
        ["id", "id_like", "name"],
      ),
    },
    async collect({ settings, metrics }) {
      const text = await readOsRelease(host, settings.path.rootfs);
      if (text === undefined) return;
      const release = parseOsRelease(text);
      metrics.info.set(release, 1);
      const version = /^\d+(\.\d+)?/.exec(release.version_id)?.[0];
      if (version === undefined) return;
      metrics.version.set({ id: release.id, id_like: release.id_like, name: release.name }, Number(version));
    },
  });
}

async function readOsRelease(host: Host, rootfs: string): Promise<string | undefined> {
  const root = rootfs.replace(/\/+$/, "");
  return await ifPresent(host.readText(`${root}/etc/os-release`)) ??
    await ifPresent(host.readText(`${root}/usr/lib/os-release`));
}

/**
 * Reads os-release(5): assignments as a shell would read them. Lines that are none are passed over.
 *
 * @returns The fields that become labels; those that are missing are empty.
 */
export function parseOsRelease(text: string): Record<typeof FIELDS[number], string> {
  const values = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, name, value] = /^\s*([A-Z][A-Z0-9_]*)=(.*)$/.exec(line) ?? [];
    if (name !== undefined) values.set(name.toLowerCase(), unquote(value!.trim()));
  }
  return Object.fromEntries(FIELDS.map((field) => [field, values.get(field) ?? ""])) as Record<
    typeof FIELDS[number],
    string
  >;
}

/** Reads one word of a shell: in double quotes a backslash keeps its meaning only before `"`, `$`, `` ` `` and itself. */
function unquote(word: string): string {
  if (word.startsWith("'")) return /^'([^']*)/.exec(word)![1]!;
  if (word.startsWith('"')) return /^"((?:[^"\\]|\\.)*)/.exec(word)![1]!.replace(/\\(["$`\\])/g, "$1");
  return /^[^\s;]*/.exec(word)![0].replace(/\\(.)/g, "$1");
}
