import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PARAMETERS, TEMPLATES } from "./_cases.ts";
import { BodyTemplate } from "./body_template.ts";

const OPTIONS = { parameters: PARAMETERS, now: () => Date.UTC(2026, 6, 1, 12, 30, 5, 250) };

describe("BodyTemplate.render()", () => {
  const timed: readonly [template: string, expected: string][] = [
    ['{{ now | date "2006-01-02T15:04:05.000Z07:00" }}', "2026-07-01T12:30:05.250Z"],
    ['{{ now | dateModify "-1h30m" | unixEpoch }}', "1782903605"],
  ];
  for (const [template, expected] of [...TEMPLATES, ...timed]) {
    it(`makes ${expected} of ${template}`, () => {
      assert.equal(new BodyTemplate(template).render(OPTIONS), expected);
    });
  }

  it("says which parameter is missing", () => {
    assert.throws(
      () => new BodyTemplate("{{ .empty | first }}").render(OPTIONS),
      new TypeError('Cannot render the body: the query has no parameter "empty"'),
    );
    assert.throws(
      () => new BodyTemplate("{{ add 1 (first .myVal) }}").render(OPTIONS),
      { name: "TypeError", message: 'Cannot render the body: add: expected a number, got "something"' },
    );
  });
});

describe("BodyTemplate.parameters", () => {
  it("names what the template reads, once", () => {
    assert.deepEqual(new BodyTemplate("{{ .b | first }}{{ if .a-b }}{{ (first .b) }}{{ end }}").parameters, [
      "b",
      "a-b",
    ]);
    assert.deepEqual(new BodyTemplate("{ .a }").parameters, []);
  });
});

describe("new BodyTemplate()", () => {
  const wrong: readonly [template: string, message: string][] = [
    ["{{ .a", "an action is not closed"],
    ["{{ . }}", "expected the name of a query parameter behind the dot"],
    ["{{ }}", "an action, or what stands beside a |, is empty"],
    ["{{ .a | }}", "an action, or what stands beside a |, is empty"],
    ["{{ .a .b }}", "something that is no function has arguments"],
    ["{{ .a | .b }}", "expected a function behind a |"],
    ["{{ (first .a }}", "a parenthesis is not closed"],
    ["{{ first .a) }}", "{{ first .a) }} has a parenthesis too many"],
    ["{{ if .a }}", "{{ if }} has no {{ end }}"],
    ["{{ end }}", "{{ end }} has no {{ if }}"],
    ["{{ $x }}", '"$x" cannot be read'],
  ];
  for (const [template, message] of wrong) {
    it(`refuses ${template}`, () => {
      assert.throws(() => new BodyTemplate(template), new SyntaxError(`Cannot read the template: ${message}`));
    });
  }

  it("names the functions that there are", () => {
    assert.throws(() => new BodyTemplate("{{ env `HOME` }}"), {
      message: /^Cannot read the template: function env is not known, expected one of add, and, atoi, .* uuidv4$/,
    });
  });
});
