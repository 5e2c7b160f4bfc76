/**
 * The exposition formats of Prometheus: which one a client gets, families as its bytes, and families from its text.
 *
 * @module
 */
export { encode, encodeChunks } from "./encode.ts";
export type { EncodeChunksOptions, EncodeOptions } from "./encode.ts";
export { createGzip } from "./gzip.ts";
export type { Gzip } from "./gzip.ts";
export type { Compressor } from "./compressor.ts";
export { escapeName, unescapeName } from "./escape_name.ts";
export { negotiate, negotiateCoding } from "./negotiate.ts";
export type { ContentCoding, Escaping, Format } from "./negotiate.ts";
export { parse } from "./parse.ts";
export type { ParsableSyntax } from "./parse.ts";
export { parseText } from "./parse_text.ts";
export type { ParsedFamily, ParsedSample, ParsedType } from "./parse_text.ts";
