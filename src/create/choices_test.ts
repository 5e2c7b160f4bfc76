import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { nameFor, problemOfName } from "./choices.ts";

describe("nameFor()", () => {
  const cases: [folder: string, name: string][] = [
    ["my-exporter", "my"],
    ["redis_exporter", "redis"],
    ["./somewhere/Mail-Queue-exporter/", "mail_queue"],
    ["C:\\work\\queue", "queue"],
    ["2nd.queue", "nd_queue"],
    [".", ""],
    ["exporter", "exporter"],
  ];
  for (const [folder, name] of cases) {
    it(`finds ${JSON.stringify(name)} for ${folder}`, () => assert.equal(nameFor(folder), name));
  }
});

describe("problemOfName()", () => {
  it("takes what metrics can begin with", () => {
    for (const name of ["queue", "mail_queue", "x2"]) assert.equal(problemOfName(name), undefined);
  });

  it("says what it expected", () => {
    for (const name of ["", "2nd", "Queue", "mail-queue", "_q"]) {
      assert.match(
        problemOfName(name) ?? "",
        new RegExp(`^"${name}" cannot begin the names of metrics: small letters`),
      );
    }
  });
});
