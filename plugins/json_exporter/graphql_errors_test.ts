import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { graphqlErrors } from "./graphql_errors.ts";
import type { Json } from "./json.ts";

describe("graphqlErrors()", () => {
  const cases: readonly [document: Json, messages: string[]][] = [
    [{ errors: [{ message: "a", path: ["x"] }, { message: "b" }], data: { x: null } }, ["a", "b"]],
    [{ errors: [{ message: "a" }] }, ["a"]],
    [{ data: { x: 1 }, errors: [] }, []],
    [{ data: { x: 1 } }, []],
    [{ errors: [{ message: "a" }], status: "ok" }, []],
    [{ errors: ["a"] }, []],
    [{ errors: 3 }, []],
    [[{ errors: [{ message: "a" }] }], []],
    [null, []],
  ];
  for (const [document, messages] of cases) {
    it(`finds ${messages.length} in ${JSON.stringify(document)}`, () => {
      assert.deepEqual(graphqlErrors(document), messages);
    });
  }
});
