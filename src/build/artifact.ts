import { createHash } from "node:crypto";
import type { Collector, Exporter } from "../exporter/definition.ts";
import type { Permissions } from "../exporter/permissions.ts";
import type { Description } from "../model/description.ts";
import type { ArtifactFile, PresetOutput } from "./preset.ts";

/** Name of the file in which an artifact says what it is. */
export const ARTIFACT_FILE = "artifact.json";

/** A file of an artifact, and what it must be. */
export interface FileFacts {
  /** Its path in the folder of the artifact. */
  readonly path: string;
  /** Size in bytes. */
  readonly bytes: number;
  /** SHA-256 of its bytes, in hexadecimal digits. */
  readonly sha256: string;
}

/** A metric family that an exporter declares. */
export interface DeclaredMetric {
  /** Full name of the family. */
  readonly name: string;
  /** What kind of metric it is; `unknown` is what text calls untyped. */
  readonly type: Description["type"];
  /** One sentence on what is measured. */
  readonly help: string;
  /** Unit of the values, in base units and plural. */
  readonly unit?: string;
  /** Names of the labels that every series carries. */
  readonly labelNames: readonly string[];
  /** The collector that sets it; without one the exporter holds it. */
  readonly collector?: string;
}

/** What an artifact says of itself in its `artifact.json`. */
export interface Artifact {
  /** Name of the exporter. */
  readonly name: string;
  /** Version of the exporter. */
  readonly version: string;
  /** The preset that made it. */
  readonly preset: string;
  /** The file that it is about: the program, or what deploys it. */
  readonly entry: string;
  /** Size of the entry in bytes. */
  readonly bytes: number;
  /** SHA-256 of the entry, in hexadecimal digits. */
  readonly sha256: string;
  /** All files, the entry first. */
  readonly files: readonly FileFacts[];
  /** The command that starts it, in its folder. */
  readonly start: string;
  /** The port it listens on unless it is told otherwise. */
  readonly port: number;
  /** What the exporter declares to need. */
  readonly permissions: Permissions;
  /** The metrics that the exporter declares, in the order it does. */
  readonly metrics: readonly DeclaredMetric[];
}

/** Sums up what a preset made. */
export function describeArtifact(preset: string, exporter: Exporter, { files, start }: PresetOutput): Artifact {
  const facts = files.map(factsOf);
  const [entry] = facts;
  if (entry === undefined) throw new TypeError(`Cannot describe an artifact: preset "${preset}" made no file`);
  const { name, version, port, permissions = {} } = exporter;
  return {
    name,
    version,
    preset,
    entry: entry.path,
    bytes: entry.bytes,
    sha256: entry.sha256,
    files: facts,
    start,
    port,
    permissions,
    metrics: declaredMetrics(exporter),
  };
}

/** The metrics that an exporter declares, held ones first, those of its probes last. */
export function declaredMetrics({ metrics, collectors, probe }: Exporter): DeclaredMetric[] {
  // Probes may run collectors of scrapes.
  const owned = Object.entries<Pick<Collector, "metrics">>({ ...collectors, ...probe?.collectors })
    .flatMap(([collector, { metrics }]) => descriptions(metrics).map((description) => ({ description, collector })));
  const held = descriptions(metrics).map((description) => ({ description, collector: undefined }));
  return [...held, ...owned].map(({ description: { name, type, help, unit, labelNames }, collector }) => ({
    name,
    type,
    help,
    ...(unit === undefined ? {} : { unit }),
    labelNames,
    ...(collector === undefined ? {} : { collector }),
  }));
}

/** The bytes of a file as it is written. */
export function bytesOf({ content }: ArtifactFile): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}

function descriptions(metrics: unknown): Description[] {
  return Object.values((metrics ?? {}) as Record<string, Description>);
}

function factsOf(file: ArtifactFile): FileFacts {
  const bytes = bytesOf(file);
  return { path: file.path, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}
