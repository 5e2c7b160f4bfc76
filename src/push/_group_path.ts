import type { LabelValue } from "../model/description.ts";
import { isLegacyLabelName } from "../model/names.ts";
import { base64 } from "./_base64.ts";

/**
 * The path that names a group at a Pushgateway, `/job/<job>/<label>/<value>`, for as many labels as there are.
 *
 * @throws {TypeError} If the job is empty, a label cannot be one of a group, or a value is not Unicode.
 */
export function groupPath(job: string, grouping: Readonly<Record<string, LabelValue>>): string {
  if (job === "") throw new TypeError(`Cannot name a group of metrics: job is "", expected a name`);
  for (const label of Object.keys(grouping)) checkLabel(label);
  return [["job", job] as const, ...Object.entries(grouping)]
    .map(([label, value]) => component(label, String(value)))
    .join("");
}

function checkLabel(label: string): void {
  if (label === "job") {
    throw new TypeError(`Cannot name a group of metrics: its label "job" is the job, which has its own place`);
  }
  if (!isLegacyLabelName(label) || label.startsWith("__")) {
    const expected = "letters, digits and underscores, no digit first and not two underscores";
    throw new TypeError(`Cannot name a group of metrics: its label is ${JSON.stringify(label)}, expected ${expected}`);
  }
}

/** A slash cannot stand in a value, an empty value not at all, and `.` and `..` would be taken for steps in the path. */
const NEEDS_BASE64 = /^$|^\.\.?$|\//;

function component(label: string, value: string): string {
  if (!value.isWellFormed()) {
    throw new TypeError(`Cannot name a group of metrics: "${label}" is ${JSON.stringify(value)}, expected Unicode`);
  }
  if (!NEEDS_BASE64.test(value)) return `/${label}/${encodeURIComponent(value)}`;
  // Nothing at all would end the path or leave two slashes; padding alone is nothing too.
  return `/${label}@base64/${urlSafe(base64(value)) || "="}`;
}

function urlSafe(text: string): string {
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
