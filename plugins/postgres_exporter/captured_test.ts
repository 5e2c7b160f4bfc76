/** The whole exposition, for a server that answered like that. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { type Answers, expose, FakeServer, samples } from "./_testing.ts";
import { collectors } from "./collectors.ts";

/** A PostgreSQL 15.18 with a standby, see `_capture.ts`; `test/plugins` compares with the original. */
const CAPTURED = "postgresql_15";

describe("postgres exporter", () => {
  it("postgres exporter exposes all that a captured server has answered", async () => {
    const server = new FakeServer(answersOf(`${CAPTURED}.json`), { label: "127.0.0.1:5432" });
    const text = await expose(collectors, server);
    assert.deepEqual(shown(text), shown(captured(`${CAPTURED}.prom`)));
  });
});

function answersOf(name: string): Answers {
  const isTime = (value: unknown) => typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);
  return JSON.parse(captured(name), (_, value) => isTime(value) ? new Date(value) : value);
}

function captured(name: string): string {
  return readFileSync(new URL(`testdata/${name}`, import.meta.url), "utf8");
}

function shown(text: string): string[] {
  const types = text.split("\n").filter((line) => line.startsWith("# TYPE"));
  return [...types, ...samples(text)].sort();
}
