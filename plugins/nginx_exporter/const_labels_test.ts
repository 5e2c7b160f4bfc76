import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as v from "valibot";
import { constLabels } from "./const_labels.ts";

describe("constLabels", () => {
  const right: [texts: string[], labels: Record<string, string>][] = [
    [[], {}],
    [["dc=eu", "team=web"], { dc: "eu", team: "web" }],
    [["dc=eu,team=web"], { dc: "eu", team: "web" }],
    [["of=a,b=c=d", "list=1,2,3", "empty="], { of: "a", b: "c=d", list: "1,2,3", empty: "" }],
    [["dc:eu"], { dc: "eu" }],
    [["dc=eu", "dc=us"], { dc: "us" }],
  ];
  for (const [texts, labels] of right) {
    it(`reads ${JSON.stringify(texts)}`, () => assert.deepEqual(v.parse(constLabels, texts), labels));
  }

  for (const text of ["dc", "=eu", "1dc=eu", "d-c=eu", "__name__=x"]) {
    it(`refuses ${text}`, () => {
      const { issues } = v.safeParse(constLabels, [text]);
      assert.deepEqual(issues?.map(({ message }) => message), ["expected labels such as dc=eu"]);
    });
  }

  it("refuses the label that tells several nginx apart", () => {
    assert.match(v.safeParse(constLabels, ["addr=x"]).issues![0].message, /expected another name than addr/);
  });
});
