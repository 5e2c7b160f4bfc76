/**
 * The exposition formats of Prometheus: which one a client gets, and families as its bytes.
 *
 * @module
 */
export { encode, encodeChunks } from "./encode.ts";
export type { EncodeOptions } from "./encode.ts";
export { negotiate, negotiateCoding } from "./negotiate.ts";
export type { ContentCoding, Escaping, Format } from "./negotiate.ts";
