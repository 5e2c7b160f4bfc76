import type { Exporter } from "../../../exporter/definition.ts";
import { startedPrograms } from "../../started_programs.ts";

/** What an image is based on, and where that has Node. */
interface Base {
  readonly image: string;
  readonly node: string;
}

/** Node, its certificates and time zones, and no shell. The tag runs as user 65532. */
const BARE: Base = { image: "gcr.io/distroless/nodejs24-debian13:nonroot", node: "/nodejs/bin/node" };
/** For exporters that start programs, which Debian's packages bring. */
const WITH_PACKAGES: Base = { image: "node:24-trixie-slim", node: "/usr/local/bin/node" };
const FOLDER = "/app";
/** Who runs it: as in distroless images. */
export const IMAGE_USER = 65532;

/**
 * The Dockerfile of a script.
 *
 * @param options The script's name in the context, and the flags that Node gets.
 */
export function dockerfile(
  exporter: Exporter,
  { script, flags }: { script: string; flags: readonly string[] },
): string {
  const { name, version, help, port, permissions: { run = [] } = {} } = exporter;
  const { image, node } = run.length > 0 ? WITH_PACKAGES : BARE;
  const labels = {
    "org.opencontainers.image.title": `${name} exporter`,
    "org.opencontainers.image.version": version,
    ...(help === undefined ? {} : { "org.opencontainers.image.description": help }),
  };
  const alive =
    `fetch("http://127.0.0.1:${port}/-/healthy").then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))`;
  return [
    `FROM ${image}`,
    `LABEL ${Object.entries(labels).map(([key, value]) => `${key}=${quoted(value)}`).join(" \\\n      ")}`,
    ...installation(exporter),
    `WORKDIR ${FOLDER}`,
    // Owned by root, so that the exporter cannot change itself.
    `COPY --chown=0:0 --chmod=0444 ${script} ${FOLDER}/`,
    `USER ${IMAGE_USER}:${IMAGE_USER}`,
    `EXPOSE ${port}`,
    `HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ${JSON.stringify([node, "-e", alive])}`,
    `ENTRYPOINT ${JSON.stringify([node, ...flags, `${FOLDER}/${script}`])}`,
    "",
  ].join("\n");
}

/** What puts the programs into the image that the exporter starts. */
function installation(exporter: Exporter): string[] {
  const { known } = startedPrograms(exporter);
  if (known.length === 0) return [];
  const packages = known.map(({ debianPackage }) => debianPackage).join(" ");
  const names = known.map(({ name }) => name);
  return [
    "# The copies lack capabilities: nobody may start a file with one where all of them are dropped.",
    "# Debian keeps no older versions that could be asked for.",
    "# hadolint ignore=DL3008",
    `RUN apt-get update && apt-get install -y --no-install-recommends ${packages} && rm -rf /var/lib/apt/lists/* \\`,
    names.map((name) => `  && cp /usr/bin/${name} /usr/local/bin/${name}`).join(" \\\n"),
  ];
}

/** As a Dockerfile reads it, which replaces variables even in quotes. */
function quoted(text: string): string {
  return `"${text.replace(/[\\"$]/g, "\\$&").replace(/\s+/g, " ")}"`;
}
