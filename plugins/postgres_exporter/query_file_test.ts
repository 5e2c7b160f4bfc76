import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseQueries } from "./query_file.ts";

describe("parseQueries()", () => {
  it("reads a file of the original", () => {
    const text = `
pg_replication:
  query: "SELECT 1 AS lag"
  master: true
  cache_seconds: 30
  runonserver: ">=10.0.0"
  metrics:
    - lag:
        usage: "GAUGE"
        description: "Replication lag behind master in seconds"
    - state:
        usage: label
plain: { query: SELECT 1, metrics: [] }
`;
    assert.deepEqual(parseQueries(text, "queries.yaml"), [
      {
        name: "pg_replication",
        query: "SELECT 1 AS lag",
        master: true,
        cacheSeconds: 30,
        versions: ">=10.0.0",
        columns: new Map([
          ["lag", { usage: "GAUGE", description: "Replication lag behind master in seconds", mapping: {} }],
          ["state", { usage: "LABEL", description: "", mapping: {} }],
        ]),
      },
      { name: "plain", query: "SELECT 1", master: false, cacheSeconds: 0, versions: undefined, columns: new Map() },
    ]);
  });

  it("reads an empty file", () => assert.deepEqual(parseQueries("# none\n", "queries.yaml"), []));

  const mistakes: readonly [text: string, message: RegExp][] = [
    ["a: [", /^Cannot read the queries of queries\.yaml$/],
    ["- a", /^Cannot use the queries of queries\.yaml: /],
    ["a: { metrics: [] }", /^Cannot use the queries of queries\.yaml: a\.query: /],
    ["a-b: { query: x, metrics: [] }", /^Cannot use the queries of queries\.yaml: a-b: expected a name such as/],
    [
      "a: { query: x, metrics: [{ b: { usage: HISTOGRAM } }] }",
      /^Cannot use the queries of queries\.yaml: a\.metrics\.0\.b\.usage: expected one of LABEL, COUNTER, GAUGE/,
    ],
  ];
  for (const [text, message] of mistakes) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => parseQueries(text, "queries.yaml"), { message }));
  }
});
