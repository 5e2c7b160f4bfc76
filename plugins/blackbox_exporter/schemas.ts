/** Values as blackbox's file writes them. */
import { RE2JS } from "re2js";
import * as v from "valibot";

/** A text; YAML takes what looks like a number or a boolean for one. */
export const text = v.pipe(v.union([v.string(), v.number(), v.boolean()]), v.transform(String));

/** A switch that is off unless the file says otherwise. */
export const off = v.optional(v.boolean(), false);

/** A switch that is on unless the file says otherwise. */
export const on = v.optional(v.boolean(), true);

/** A regular expression in the syntax of Go, whose time to match grows with the text and no faster. */
export const regexp = v.pipe(
  v.string(),
  v.check(isRegExp, "expected a regular expression as Go and RE2 have them"),
  v.transform((pattern) => RE2JS.compile(pattern)),
);

/** Any number of regular expressions. */
export const regexps = v.optional(v.array(regexp), []);

/** A number of bytes such as `10MB`, which means mebibytes to Go's `units.Base2Bytes`; 0 is no limit. */
export const bytes = v.pipe(
  v.union([v.string(), v.number()]),
  v.transform(String),
  v.check((text) => bytesOf(text) !== undefined, 'expected a number of bytes such as "10MB" or "64KiB"'),
  v.transform((text) => bytesOf(text)! || Infinity),
);

/** What every prober says about addresses. */
export const addressing = {
  preferred_ip_protocol: v.optional(v.picklist(["ip4", "ip6", ""]), "ip6"),
  ip_protocol_fallback: on,
};

/** How addresses of a target are chosen. */
export interface Addressing {
  readonly preferred_ip_protocol: "ip4" | "ip6" | "";
  readonly ip_protocol_fallback: boolean;
}

/** The address to connect from. */
export const source = { source_ip_address: v.optional(v.pipe(v.string(), v.ip("expected an IP address"))) };

function bytesOf(text: string): number | undefined {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)([KMGTP]?)(?:i?B)?$/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * 1024 ** " KMGTP".indexOf(unit || " ");
}

function isRegExp(pattern: string): boolean {
  try {
    RE2JS.compile(pattern);
    return true;
  } catch {
    return false;
  }
}
