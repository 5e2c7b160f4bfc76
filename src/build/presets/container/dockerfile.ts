import type { Exporter } from "../../../exporter/definition.ts";

/** Node, its certificates and time zones, and no shell. The tag runs as user 65532. */
const BASE_IMAGE = "gcr.io/distroless/nodejs24-debian13:nonroot";
/** Where that image has Node. */
const NODE = "/nodejs/bin/node";
const FOLDER = "/app";

/**
 * The Dockerfile of a script.
 *
 * @param options The script's name in the context, and the flags that Node gets.
 */
export function dockerfile(
  { name, version, help, port }: Exporter,
  { script, flags }: { script: string; flags: readonly string[] },
): string {
  const labels = {
    "org.opencontainers.image.title": `${name} exporter`,
    "org.opencontainers.image.version": version,
    ...(help === undefined ? {} : { "org.opencontainers.image.description": help }),
  };
  const alive =
    `fetch("http://127.0.0.1:${port}/-/healthy").then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))`;
  return [
    `FROM ${BASE_IMAGE}`,
    `LABEL ${Object.entries(labels).map(([key, value]) => `${key}=${quoted(value)}`).join(" \\\n      ")}`,
    `WORKDIR ${FOLDER}`,
    // Owned by root, so that the exporter cannot change itself.
    `COPY --chown=0:0 --chmod=0444 ${script} ${FOLDER}/`,
    "USER 65532:65532",
    `EXPOSE ${port}`,
    `HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ${JSON.stringify([NODE, "-e", alive])}`,
    `ENTRYPOINT ${JSON.stringify([NODE, ...flags, `${FOLDER}/${script}`])}`,
    "",
  ].join("\n");
}

/** As a Dockerfile reads it, which replaces variables even in quotes. */
function quoted(text: string): string {
  return `"${text.replace(/[\\"$]/g, "\\$&").replace(/\s+/g, " ")}"`;
}
