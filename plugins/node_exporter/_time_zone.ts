import { readFile } from "node:fs/promises";
import { ifReadable, type TimeZone } from "./host.ts";

/** The time zone of this machine at a moment, in milliseconds since the epoch. */
export async function timeZone(atMs: number): Promise<TimeZone> {
  const offsetSeconds = new Date(atMs).getTimezoneOffset() * -60 || 0;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone === "UTC" && offsetSeconds === 0) return { name: "UTC", offsetSeconds };
  for (const path of [`/usr/share/zoneinfo/${zone}`, "/etc/localtime"]) {
    const file = await ifReadable(readFile(path));
    const name = file === undefined ? undefined : zoneAbbreviation(file, { atMs, offsetSeconds });
    if (name !== undefined) return { name, offsetSeconds };
  }
  return { name: offsetDigits(offsetSeconds), offsetSeconds };
}

/**
 * Looks up what a zone calls its local time: JavaScript knows the offset, but not every abbreviation.
 *
 * Daylight saving beyond the last listed transition is a rule at the end of the file; both of its local times are in the
 * list of types all the same, so the offset finds them.
 *
 * @param file A compiled time zone (RFC 8536, version 2 or later).
 * @returns The abbreviation, or `undefined` where the file is something else or does not know the offset.
 */
export function zoneAbbreviation(
  file: Uint8Array,
  { atMs, offsetSeconds }: { atMs: number; offsetSeconds: number },
): string | undefined {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  try {
    const first = readHeader(view, 0);
    if (first === undefined || first.version === 0) return undefined;
    const header = readHeader(view, first.end);
    if (header === undefined) return undefined;
    const { transitions, types, abbreviations } = header;
    const typeAt = (index: number) => ({
      offset: view.getInt32(types + index * 6),
      name: terminated(file, abbreviations + view.getUint8(types + index * 6 + 5)),
    });
    let name: string | undefined;
    for (let i = 0; i < header.typeCount; i++) {
      const type = typeAt(i);
      if (type.offset === offsetSeconds) name = type.name;
    }
    for (let i = 0; i < header.transitionCount; i++) {
      if (Number(view.getBigInt64(transitions + i * 8)) * 1000 > atMs) break;
      const type = typeAt(view.getUint8(transitions + header.transitionCount * 8 + i));
      if (type.offset === offsetSeconds) name = type.name;
    }
    return name;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

interface Header {
  version: number;
  transitionCount: number;
  typeCount: number;
  transitions: number;
  types: number;
  abbreviations: number;
  end: number;
}

/** RFC 8536, 3.1: six counts, then the data block; times take four bytes in the first block and eight in the second. */
function readHeader(view: DataView, start: number): Header | undefined {
  if (view.getUint32(start) !== 0x545a6966) return undefined;
  const timeSize = start === 0 ? 4 : 8;
  const [utcCount, standardCount, leapCount, transitionCount, typeCount, letterCount] = [20, 24, 28, 32, 36, 40]
    .map((offset) => view.getUint32(start + offset)) as [number, number, number, number, number, number];
  const transitions = start + 44;
  const types = transitions + transitionCount * (timeSize + 1);
  const abbreviations = types + typeCount * 6;
  return {
    version: view.getUint8(start + 4),
    transitionCount,
    typeCount,
    transitions,
    types,
    abbreviations,
    end: abbreviations + letterCount + leapCount * (timeSize + 4) + standardCount + utcCount,
  };
}

function terminated(file: Uint8Array, start: number): string {
  return new TextDecoder().decode(file.subarray(start, file.indexOf(0, start)));
}

function offsetDigits(offsetSeconds: number): string {
  const minutes = Math.abs(offsetSeconds) / 60;
  const digits = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0"));
  return `${offsetSeconds < 0 ? "-" : "+"}${digits[0]}${digits[1] === "00" ? "" : digits[1]}`;
}
