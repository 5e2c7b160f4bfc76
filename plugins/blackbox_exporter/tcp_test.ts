import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RE2JS } from "re2js";
import { expand } from "./tcp.ts";

describe("expand()", () => {
  const matcher = RE2JS.compile("(?P<code>\\d+) ([^ ]+)( never)?").matcher("220 mail.example ESMTP");
  matcher.find();
  for (
    const [text, expected] of [
      ["EHLO $2", "EHLO mail.example"],
      ["${code}x ${1}x", "220x 220x"],
      ["$0", "220 mail.example"],
      ["$3|$9|$nobody|${nobody}", "|||"],
      ["$1x costs $$5", " costs $5"],
      ["$", "$"],
    ] as const
  ) {
    it(`makes "${expected}" of "${text}"`, () => assert.equal(expand(text, matcher), expected));
  }
});
