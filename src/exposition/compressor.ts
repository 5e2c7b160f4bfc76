/** The part of zlib that a runtime lends for compressing piece by piece. */
export interface Compressor {
  /** Deflates a piece without header, ended by a full flush and not marked as the last one. */
  deflate(bytes: Uint8Array): Uint8Array;
  /** The CRC-32 of a piece. */
  crc32(bytes: Uint8Array): number;
}
