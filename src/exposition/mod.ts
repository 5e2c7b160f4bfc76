/**
 * The exposition formats of Prometheus: which one a client gets, and families as its bytes.
 *
 * @module
 */
export { encode, encodeChunks } from "./encode.ts";
export type { EncodeChunksOptions, EncodeOptions } from "./encode.ts";
export type { Compressor } from "./compressor.ts";
export { escapeName, unescapeName } from "./escape_name.ts";
export { negotiate, negotiateCoding } from "./negotiate.ts";
export type { ContentCoding, Escaping, Format } from "./negotiate.ts";
export { parseText } from "./parse_text.ts";
export type { ParsedFamily, ParsedSample, ParsedType } from "./parse_text.ts";
