import type { DnsRecord } from "./dns_message.ts";
import type { RecordValidator } from "./dns_module.ts";

/**
 * Why the records of a section are not as a module wants them; `undefined` if they are.
 *
 * @param records As zone files have them.
 */
export function faultOfRecords(records: readonly string[], validator: RecordValidator): string | undefined {
  const { fail_if_matches_regexp: none, fail_if_not_matches_regexp: each } = validator;
  const { fail_if_all_match_regexp: all, fail_if_none_matches_regexp: some } = validator;
  if (records.length === 0 && each.length + some.length > 0) return "there is no record to match";
  for (const record of records) {
    const matched = none.find((regexp) => regexp.test(record));
    if (matched !== undefined) return `record "${record}" matches ${matched.pattern()}`;
    const missed = each.find((regexp) => !regexp.test(record));
    if (missed !== undefined) return `record "${record}" does not match ${missed.pattern()}`;
  }
  if (all.length > 0 && records.every((record) => all.every((regexp) => regexp.test(record)))) {
    return `all records match ${all.map((regexp) => regexp.pattern()).join(" and ")}`;
  }
  if (some.length > 0 && !records.some((record) => some.some((regexp) => regexp.test(record)))) {
    return `no record matches ${some.map((regexp) => regexp.pattern()).join(" or ")}`;
  }
  return undefined;
}

/** A record as Go's DNS library prints it, with tabs between its fields: what the expressions of modules match. */
export function recordText({ name, ttl = 0, class: group = "IN", type, data }: DnsRecord): string {
  if (type === "OPT") return ";; OPT PSEUDOSECTION";
  return [complete(name), ttl, group, type, dataText(type, data)].join("\t");
}

function dataText(type: string, data: unknown): string {
  if (type === "TXT") return [data].flat().map((part) => quoted(textOf(part))).join(" ");
  if (data instanceof Uint8Array) return `\\# ${data.length} ${hexOf(data)}`;
  if (typeof data === "string") return NAMES.has(type) ? complete(data) : data;
  const layout = LAYOUTS[type];
  const parts = data as Readonly<Record<string, unknown>>;
  if (layout === undefined) {
    return Object.values(parts ?? {}).flat().map((part) => part instanceof Uint8Array ? hexOf(part) : String(part))
      .join(" ");
  }
  return layout.map(([key, write]) => write(parts[key])).join(" ");
}

/** Types whose data is a name. */
const NAMES: ReadonlySet<string> = new Set(["CNAME", "DNAME", "NS", "PTR"]);

const number = (value: unknown) => String(value ?? 0);
const name = (value: unknown) => complete(String(value));
const quotedText = (value: unknown) => quoted(textOf(value));

/** The fields of a type's data, in the order of zone files. */
const LAYOUTS: Readonly<Record<string, readonly (readonly [key: string, write: (value: unknown) => string])[]>> = {
  CAA: [["flags", number], ["tag", String], ["value", quotedText]],
  HINFO: [["cpu", quotedText], ["os", quotedText]],
  MX: [["preference", number], ["exchange", name]],
  SOA: [
    ["mname", name],
    ["rname", name],
    ["serial", number],
    ["refresh", number],
    ["retry", number],
    ["expire", number],
    ["minimum", number],
  ],
  SRV: [["priority", number], ["weight", number], ["port", number], ["target", name]],
};

function textOf(value: unknown): string {
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value);
}

function complete(name: string): string {
  return name.endsWith(".") ? name : `${name}.`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
