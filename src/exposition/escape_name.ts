import { isLegacyLabelName, isLegacyMetricName } from "../model/names.ts";
import type { Escaping } from "./negotiate.ts";

/** The scheme's mark at the start of a name that was escaped by its values. */
const VALUES_PREFIX = "U__";

/**
 * Escapes a metric or label name for a reader that knows only the legacy characters (letters, digits, `_` and `:`).
 *
 * | scheme | `net.rx bytes` becomes |
 * | --- | --- |
 * | `allow-utf-8` | itself |
 * | `underscores` | `net_rx_bytes`: every other character an underscore, so different names may become the same |
 * | `dots` | `net_dot_rx__bytes`: dots and underscores can be told apart again, other characters not |
 * | `values` | `U__net_2e_rx_20_bytes`: everything can be told again |
 *
 * This is the bare function of Prometheus' libraries: `dots` doubles the underscores of every name. In an exposition only
 * names that need it are escaped.
 *
 * @param name Any name; the empty one stays as it is.
 * @param escaping The scheme, as negotiated.
 * @example A dotted name
 * ```ts
 * import { escapeName, unescapeName } from "@exporterkit/core/exposition";
 * import assert from "node:assert/strict";
 *
 * assert.equal(escapeName("http.server.duration", "values"), "U__http_2e_server_2e_duration");
 * assert.equal(unescapeName("U__http_2e_server_2e_duration", "values"), "http.server.duration");
 * ```
 */
export function escapeName(name: string, escaping: Escaping): string {
  if (escaping === "allow-utf-8" || name === "") return name;
  if (escaping !== "dots" && isLegacyMetricName(name)) return name;
  return escapeCharacters(name, escaping, LEGACY_IN_METRICS);
}

/** The same for a label name in an exposition: escaped only where it has to be, and unlike a metric's without colons. */
export function escapeLabelName(name: string, escaping: Escaping): string {
  if (escaping === "allow-utf-8" || isLegacyLabelName(name)) return name;
  return escapeCharacters(name, escaping, LEGACY_IN_LABELS);
}

/**
 * Undoes {@link escapeName}, as far as the scheme allows.
 *
 * @param name An escaped name.
 * @param escaping The scheme it was escaped with.
 * @returns The original name; `name` itself where it is no result of that scheme.
 * @example Dots
 * ```ts
 * import { unescapeName } from "@exporterkit/core/exposition";
 * import assert from "node:assert/strict";
 *
 * assert.equal(unescapeName("net_dot_rx__bytes", "dots"), "net.rx_bytes");
 * ```
 */
export function unescapeName(name: string, escaping: Escaping): string {
  if (escaping === "dots") return name.replaceAll("_dot_", ".").replaceAll("__", "_");
  if (escaping === "values" && name.startsWith(VALUES_PREFIX)) return unescapeValues(name);
  return name;
}

const LEGACY_IN_METRICS = /^[a-zA-Z_:]$/;
const LEGACY_IN_LABELS = /^[a-zA-Z_]$/;

type CharacterEscaper = (character: string, isLegacy: boolean) => string;

const ESCAPERS: Readonly<Record<Exclude<Escaping, "allow-utf-8">, CharacterEscaper>> = {
  underscores: (character, isLegacy) => isLegacy ? character : "_",
  dots(character, isLegacy) {
    if (character === "_") return "__";
    if (character === ".") return "_dot_";
    return isLegacy ? character : "__";
  },
  values(character, isLegacy) {
    if (character === "_") return "__";
    if (isLegacy) return character;
    const point = character.codePointAt(0)!;
    return isSurrogate(point) ? "_FFFD_" : `_${point.toString(16)}_`;
  },
};

function escapeCharacters(name: string, escaping: Exclude<Escaping, "allow-utf-8">, legacy: RegExp): string {
  const escape = ESCAPERS[escaping];
  const escaped = Array.from(name, (character, position) => {
    const isLegacy = legacy.test(character) || (position > 0 && /^[0-9]$/.test(character));
    return escape(character, isLegacy);
  });
  return escaping === "values" ? `${VALUES_PREFIX}${escaped.join("")}` : escaped.join("");
}

/** Reads `_hex_` back into characters and `__` into an underscore; anything else there means it never was escaped. */
function unescapeValues(name: string): string {
  let text = "";
  let at = VALUES_PREFIX.length;
  while (at < name.length) {
    const match = /([^_]+)|__|_([0-9a-fA-F]{1,6})_/y;
    match.lastIndex = at;
    const found = match.exec(name);
    if (found === null) return name;
    const [whole, plain, hex] = found;
    if (plain !== undefined) text += plain;
    else if (hex === undefined) text += "_";
    else {
      const point = parseInt(hex, 16);
      if (point > 0x10ffff || isSurrogate(point)) return name;
      text += String.fromCodePoint(point);
    }
    at += whole.length;
  }
  return text;
}

function isSurrogate(point: number): boolean {
  return point >= 0xd800 && point <= 0xdfff;
}
