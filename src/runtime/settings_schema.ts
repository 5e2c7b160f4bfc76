import { type JsonSchema, toJsonSchema } from "@valibot/to-json-schema";
import type { GenericSchema } from "valibot";
import type { Exporter } from "../exporter/definition.ts";
import { isOpen } from "../settings/document.ts";
import { helpOf, isSecret, type SchemaParts, snakeCase, unwrap } from "../settings/setting.ts";
import { settingSchemas } from "./common_settings.ts";

/**
 * The JSON Schema of an exporter's settings file, with the keys as they are written there.
 *
 * Nothing that flags or variables can give is required, since they may.
 */
export function settingsSchema(exporter: Exporter): JsonSchema {
  const parts = settingSchemas(exporter).map((schema) => written(schema, { isRequired: false }));
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: `Settings of ${exporter.name} exporter`,
    ...parts.reduce(merge),
  };
}

/** As text, for people and editors. */
export function settingsSchemaText(exporter: Exporter): string {
  return JSON.stringify(settingsSchema(exporter), null, 2);
}

/** What a schema takes, with the keys as a file has them. */
function written(schema: GenericSchema, { isRequired }: { readonly isRequired: boolean }): JsonSchema {
  const { parts, fallback } = unwrap(schema);
  const help = helpOf(schema);
  const notes: JsonSchema = {
    ...(help === "" ? {} : { description: help }),
    ...(fallback === undefined || isSecret(schema) ? {} : { default: fallback as JsonSchema["default"] }),
  };
  if (isSecret(schema)) return { type: "string", writeOnly: true, ...notes };
  if (parts.entries !== undefined) return { ...object(schema, parts.entries, isRequired), ...notes };
  const inner = { isRequired: true };
  const converted = convert(schema);
  if (parts.type === "array" && parts.item !== undefined) converted.items = written(parts.item, inner);
  if (parts.type === "record" && parts.value !== undefined) {
    converted.additionalProperties = written(parts.value, inner);
  }
  return { ...converted, ...notes };
}

function object(schema: GenericSchema, entries: NonNullable<SchemaParts["entries"]>, isRequired: boolean): JsonSchema {
  const properties = Object.entries(entries).flatMap(([key, entry]) => property(snakeCase(key), entry, isRequired));
  const required = Object.entries(entries).filter(([, entry]) => !("wrapped" in entry) && !isSecret(entry))
    .map(([key]) => snakeCase(key));
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    ...(isRequired && required.length > 0 ? { required } : {}),
    ...(isOpen(schema) ? {} : { additionalProperties: false }),
  };
}

/** A key, and, of a secret, also the one that names its file. */
function property(key: string, schema: GenericSchema, isRequired: boolean): [string, JsonSchema][] {
  const own: [string, JsonSchema] = [key, written(schema, { isRequired })];
  if (!isSecret(schema)) return [own];
  return [own, [`${key}_file`, { type: "string", description: `File that holds ${key}, read again at each use.` }]];
}

/** Checks that JSON Schema cannot say are left to the exporter. */
function convert(schema: GenericSchema): JsonSchema {
  const { $schema: _, ...converted } = toJsonSchema(schema, {
    typeMode: "input",
    errorMode: "ignore",
    target: "draft-2020-12",
  });
  return converted;
}

/** Of two schemas of objects, one that has the properties of both. */
function merge(one: JsonSchema, other: JsonSchema): JsonSchema {
  const properties: Record<string, JsonSchema> = { ...one.properties as Record<string, JsonSchema> };
  for (const [key, schema] of Object.entries(other.properties ?? {}) as [string, JsonSchema][]) {
    const known = properties[key];
    properties[key] = known?.properties === undefined || schema.properties === undefined
      ? schema
      : merge(known, schema);
  }
  return { ...one, properties };
}
