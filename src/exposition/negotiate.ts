/** How names that are no legacy names are written; the word of the `escaping` parameter. */
export type Escaping = "allow-utf-8" | "underscores" | "dots" | "values";

/** An exposition format that was agreed on with a client. */
export interface Format {
  /** The grammar of the body; protobuf is that of messages that are each preceded by their length. */
  readonly syntax: "text" | "openmetrics" | "protobuf";
  /**
   * The version the client asked for, which protobuf does not have. The body of OpenMetrics 0.0.1 and 1.0.0 is the same,
   * and that of both texts too.
   */
  readonly version?: "0.0.1" | "0.0.4" | "1.0.0";
  /** How names outside the legacy characters are written. */
  readonly escaping: Escaping;
  /** The complete `Content-Type` of the answer. */
  readonly contentType: string;
}

const ESCAPINGS: ReadonlySet<string> = new Set<Escaping>(["allow-utf-8", "underscores", "dots", "values"]);

/**
 * Chooses the exposition format for a request.
 *
 * Follows the released algorithm of Prometheus' Go library: the clauses are looked at by falling weight, wildcards match
 * nothing by themselves, the last escaping seen on the way counts, and whatever cannot be understood ends in text 0.0.4.
 * One thing is added: a clause that asks for `text/plain;version=1.0.0` gets that version.
 *
 * @param accept The `Accept` header, or `null` without one.
 * @example What Prometheus 3 and a browser get
 * ```ts
 * import { negotiate } from "@exporterkit/core/exposition";
 * import assert from "node:assert/strict";
 *
 * const prometheus = negotiate("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,*\/*;q=0.2");
 * assert.equal(prometheus.syntax, "openmetrics");
 * assert.equal(negotiate("text/html,*\/*").contentType, "text/plain; version=0.0.4; charset=utf-8; escaping=underscores");
 * ```
 */
export function negotiate(accept: string | null): Format {
  let escaping: Escaping = "underscores";
  for (const { type, parameters } of parseAccept(accept ?? "")) {
    const asked = parameters.get("escaping");
    if (asked !== undefined && ESCAPINGS.has(asked)) escaping = asked as Escaping;
    if (type === PROTOBUF && parameters.get("proto") === MESSAGE && parameters.get("encoding") === "delimited") {
      return protobufFormat(escaping);
    }
    const version = parameters.get("version");
    if (type === "text/plain") {
      if (version === undefined || version === "0.0.4") return textFormat("0.0.4", escaping);
      if (version === "1.0.0") return textFormat("1.0.0", escaping);
    }
    if (type === "application/openmetrics-text") {
      if (version === undefined || version === "0.0.1") return openMetricsFormat("0.0.1", escaping);
      if (version === "1.0.0") return openMetricsFormat("1.0.0", escaping);
    }
  }
  return textFormat("0.0.4", escaping);
}

const PROTOBUF = "application/vnd.google.protobuf";
const MESSAGE = "io.prometheus.client.MetricFamily";

/** The content coding of an answer. */
export type ContentCoding = "identity" | "gzip" | "zstd";

/**
 * Chooses the compression for a request.
 *
 * Follows Prometheus' Go library: of the offers, nothing first, that with the highest weight is chosen, and the first one
 * of several. `*` stands for every coding, and weight 0 for nothing.
 *
 * @param acceptEncoding The `Accept-Encoding` header, or `null` without one.
 * @param offers The codings that can be sent, most welcome first. @default `gzip` alone, which every runtime has
 * @example Clients that take one compression, and several
 * ```ts
 * import { negotiateCoding } from "@exporterkit/core/exposition";
 * import assert from "node:assert/strict";
 *
 * assert.equal(negotiateCoding("zstd"), "identity");
 * assert.equal(negotiateCoding("zstd", ["gzip", "zstd"]), "zstd");
 * assert.equal(negotiateCoding("gzip, zstd", ["gzip", "zstd"]), "gzip");
 * assert.equal(negotiateCoding("gzip;q=0.5, zstd", ["gzip", "zstd"]), "zstd");
 * ```
 */
export function negotiateCoding(
  acceptEncoding: string | null,
  offers: readonly ContentCoding[] = ["gzip"],
): ContentCoding {
  const clauses = (acceptEncoding ?? "").toLowerCase().split(",").map(parseClause);
  let best: ContentCoding = "identity";
  let bestWeight = 0;
  for (const offer of ["identity", ...offers] as const) {
    for (const { value, weight } of clauses) {
      if (weight > bestWeight && (value === offer || value === "*")) {
        best = offer;
        bestWeight = weight;
      }
    }
  }
  return best;
}

function textFormat(version: "0.0.4" | "1.0.0", escaping: Escaping): Format {
  const contentType = `text/plain; version=${version}; charset=utf-8; escaping=${escaping}`;
  return { syntax: "text", version, escaping, contentType };
}

function protobufFormat(escaping: Escaping): Format {
  const contentType = `${PROTOBUF}; proto=${MESSAGE}; encoding=delimited; escaping=${escaping}`;
  return { syntax: "protobuf", escaping, contentType };
}

function openMetricsFormat(version: "0.0.1" | "1.0.0", escaping: Escaping): Format {
  const contentType = `application/openmetrics-text; version=${version}; charset=utf-8; escaping=${escaping}`;
  return { syntax: "openmetrics", version, escaping, contentType };
}

interface Clause {
  readonly value: string;
  readonly weight: number;
  readonly parameters: ReadonlyMap<string, string>;
}

/** The media types a client accepts, heaviest first; those with a wildcard match no format and come last. */
function parseAccept(accept: string): { type: string; parameters: ReadonlyMap<string, string> }[] {
  return accept.split(",").map(parseClause)
    .map((clause) => ({ ...clause, type: clause.value, wild: clause.value.includes("*") }))
    .filter(({ type, wild }) => wild || type.split("/").length === 2)
    .sort((a, b) => Number(a.wild) - Number(b.wild) || b.weight - a.weight);
}

/** As lenient as Go's parser, since headers with doubled parameters and missing weights exist. */
function parseClause(clause: string): Clause {
  const [value = "", ...rest] = clause.split(";").map(trimSpaces);
  const parameters = new Map<string, string>();
  for (const parameter of rest) {
    const parts = parameter.split("=");
    if (parts.length === 2) parameters.set(parts[0]!, parts[1]!);
  }
  const weight = parameters.get("q");
  return { value, weight: weight === undefined ? 1 : parseWeight(weight), parameters };
}

function parseWeight(text: string): number {
  return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : 0;
}

function trimSpaces(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text[start] === " ") start++;
  while (end > start && text[end - 1] === " ") end--;
  return text.slice(start, end);
}
