import { untyped } from "@exporterkit/core";
import { defineDefault } from "./_define.ts";

/** Collects which PostgreSQL it is. */
export const version = defineDefault({
  help: "Version of PostgreSQL.",
  metrics: {
    static: untyped("pg_static", "Version of PostgreSQL, from version(), as labels; its value is 1.", [
      "server",
      "short_version",
      "version",
    ]),
  },
  collect({ resource, metrics }) {
    const { label: server, version, versionNumber } = resource.facts;
    metrics.static.set({ server, short_version: semanticVersion(versionNumber), version }, 1);
  },
});

/** 150018 as 15.18.0. */
export function semanticVersion(number: number): string {
  return `${Math.floor(number / 10_000)}.${number % 10_000}.0`;
}
