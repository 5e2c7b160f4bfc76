import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as v from "valibot";
import { dnsModule } from "./dns_module.ts";
import { faultOfRecords, recordText } from "./dns_records.ts";

function fault(records: string[], validator: Record<string, string[]>): string | undefined {
  const { validate_answer_rrs } = v.parse(dnsModule, { query_name: "a", validate_answer_rrs: validator });
  return faultOfRecords(records, validate_answer_rrs);
}

describe("faultOfRecords()", () => {
  const records = ["a.\t1\tIN\tA\t192.0.2.1", "a.\t1\tIN\tA\t192.0.2.2"];
  const cases: readonly (readonly [validator: Record<string, string[]>, fault: string | undefined])[] = [
    [{}, undefined],
    [{ fail_if_matches_regexp: ["3$"] }, undefined],
    [{ fail_if_matches_regexp: ["3$", "2$"] }, `record "${records[1]}" matches 2$`],
    [{ fail_if_not_matches_regexp: ["192"] }, undefined],
    [{ fail_if_not_matches_regexp: ["192", "1$"] }, `record "${records[1]}" does not match 1$`],
    [{ fail_if_all_match_regexp: ["192", "1$"] }, undefined],
    [{ fail_if_all_match_regexp: ["192"] }, "all records match 192"],
    [{ fail_if_none_matches_regexp: ["1$"] }, undefined],
    [{ fail_if_none_matches_regexp: ["3$", "4$"] }, "no record matches 3$ or 4$"],
  ];
  for (const [validator, expected] of cases) {
    it(`says ${expected ?? "nothing"} to ${JSON.stringify(validator)}`, () => {
      assert.equal(fault(records, validator), expected);
    });
  }

  it("wants a record where one has to match", () => {
    assert.equal(fault([], { fail_if_not_matches_regexp: ["a"] }), "there is no record to match");
    assert.equal(fault([], { fail_if_none_matches_regexp: ["a"] }), "there is no record to match");
    assert.equal(fault([], { fail_if_matches_regexp: ["a"] }), undefined);
  });
});

describe("recordText()", () => {
  const texts: readonly (readonly [type: string, data: unknown, text: string])[] = [
    ["A", "192.0.2.1", "192.0.2.1"],
    ["CNAME", "b.example", "b.example."],
    ["MX", { preference: 10, exchange: "mail.example" }, "10 mail.example."],
    ["TXT", [new TextEncoder().encode('a "b"'), "c"], '"a \\"b\\"" "c"'],
    ["CAA", { flags: 0, tag: "issue", value: "ca.example" }, '0 issue "ca.example"'],
    ["UNKNOWN_65", new Uint8Array([1, 255]), "\\# 2 01ff"],
    ["DS", { keyTag: 1, algorithm: 8, digestType: 2, digest: new Uint8Array([171]) }, "1 8 2 ab"],
  ];
  for (const [type, data, text] of texts) {
    it(`writes ${type} as zone files do`, () => {
      assert.equal(
        recordText({ name: "a.example", type, ttl: 60, class: "IN", data }),
        `a.example.\t60\tIN\t${type}\t${text}`,
      );
    });
  }
});
