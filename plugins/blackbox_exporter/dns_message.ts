/** Questions and answers as they go over the wire. */
import { Buffer } from "node:buffer";
import { decode, encode, RECURSION_DESIRED } from "dns-packet";
import type { DnsModule } from "./dns_module.ts";

/** A resource record. */
export interface DnsRecord {
  readonly name: string;
  readonly type: string;
  readonly class?: string;
  readonly ttl?: number;
  /** A text, bytes, or an object with fields, as the type has it. */
  readonly data?: unknown;
}

/** What a server answers. */
export interface DnsAnswer {
  /** As in `NOERROR`. */
  readonly rcode: string;
  readonly answers: readonly DnsRecord[];
  readonly authorities: readonly DnsRecord[];
  readonly additionals: readonly DnsRecord[];
}

/** The question that a module asks, with an id of its own. */
export function encodeQuestion(module: DnsModule): Uint8Array {
  const { query_name: name, query_type: type, query_class: group, recursion_desired: isRecursive } = module;
  return encode({
    type: "query",
    id: crypto.getRandomValues(new Uint16Array(1))[0]!,
    flags: isRecursive ? RECURSION_DESIRED : 0,
    // The library writes the dot of the root by itself.
    questions: [{ name: name.replace(/(?<=.)\.$/, ""), type, class: group }],
  });
}

/** @throws {Error} If it is no answer that anybody could read. */
export function decodeAnswer(bytes: Uint8Array): DnsAnswer {
  return { answers: [], authorities: [], additionals: [], ...decode(Buffer.from(bytes)) };
}
