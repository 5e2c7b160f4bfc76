import { isLegacyLabelName } from "../model/names.ts";

/** Targets that share their labels, in the shape that file_sd and http_sd have in common. */
export interface TargetGroup {
  /** Where to scrape, each as `host:port`. */
  readonly targets: readonly string[];
  /** What Prometheus puts on each of them; names that begin with `__` steer the scrape, and are no labels of its series. */
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Reads target groups as strictly as Prometheus does: one wrong group makes it refuse the whole file or answer.
 *
 * Label names are held to what every version takes, `[a-zA-Z_][a-zA-Z0-9_]*`: before 3.0 any other one is such a fault.
 *
 * @param value A file or an answer, after JSON or YAML was parsed. Groups may leave `labels` out.
 * @throws {TypeError} If it is not a list of target groups; the message says which group and what is wrong with it.
 * @example What an http_sd endpoint answered
 * ```ts
 * import { readTargetGroups } from "@exporterkit/core/discovery";
 * import assert from "node:assert/strict";
 *
 * const [group] = readTargetGroups(JSON.parse('[{"targets": ["10.0.0.5:9876"], "labels": {"job": "orders"}}]'));
 * assert.deepEqual(group, { targets: ["10.0.0.5:9876"], labels: { job: "orders" } });
 * assert.throws(() => readTargetGroups([{ target: "10.0.0.5:9876" }]), /group 1: unknown key "target"/);
 * ```
 */
export function readTargetGroups(value: unknown): TargetGroup[] {
  if (!Array.isArray(value)) throw wrong(`got ${kindOf(value)}, expected a list`);
  return value.map((group, i) => readTargetGroup(group, `group ${i + 1}`));
}

const KEYS: ReadonlySet<string> = new Set(["targets", "labels"]);

/** Reads one group; `what` is what messages call it. */
export function readTargetGroup(value: unknown, what = "group"): TargetGroup {
  if (!isObject(value)) throw wrong(`${what}: got ${kindOf(value)}, expected an object with "targets" and "labels"`);
  const unknownKey = Object.keys(value).find((key) => !KEYS.has(key));
  if (unknownKey !== undefined) {
    throw wrong(`${what}: unknown key ${JSON.stringify(unknownKey)}, expected "targets" and "labels"`);
  }
  const { targets, labels = {} } = value;
  if (!Array.isArray(targets)) throw wrong(`${what}: "targets" is ${kindOf(targets)}, expected a list`);
  if (!isObject(labels)) throw wrong(`${what}: "labels" is ${kindOf(labels)}, expected an object`);
  targets.forEach((target) => checkTarget(target, what));
  for (const [name, text] of Object.entries(labels)) checkLabel(name, text, what);
  return { targets: [...targets], labels: { ...labels as Record<string, string> } };
}

function checkTarget(target: unknown, what: string): void {
  if (typeof target !== "string" || !/^[^\s/]+$/.test(target)) {
    throw wrong(`${what}: target is ${shown(target)}, expected host:port without scheme or path`);
  }
}

function checkLabel(name: string, text: unknown, what: string): void {
  if (!isLegacyLabelName(name)) {
    throw wrong(`${what}: label name is ${shown(name)}, expected letters, digits and underscores, no digit first`);
  }
  if (name === "__address__") throw wrong(`${what}: label "__address__" is set, expected the address under "targets"`);
  if (typeof text !== "string" || !text.isWellFormed()) {
    throw wrong(`${what}: label "${name}" is ${shown(text)}, expected a text`);
  }
}

function wrong(detail: string): TypeError {
  return new TypeError(`Cannot read target groups: ${detail}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === undefined) return "missing";
  return value === null
    ? "null"
    : Array.isArray(value)
    ? "a list"
    : typeof value === "object"
    ? "an object"
    : `a ${typeof value}`;
}

/** What was found, cut where it would fill a log. */
function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value.slice(0, 100)) : kindOf(value);
}
