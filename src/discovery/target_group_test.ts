import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readTargetGroups } from "./target_group.ts";

describe("readTargetGroups()", () => {
  const good: [unknown, unknown][] = [
    [[], []],
    [[{ targets: ["a:1"] }], [{ targets: ["a:1"], labels: {} }]],
    [[{ targets: [], labels: {} }], [{ targets: [], labels: {} }]],
    [[{ labels: { a: "ä" }, targets: ["[::1]:9", "host"] }], [{ targets: ["[::1]:9", "host"], labels: { a: "ä" } }]],
    [
      [{ targets: ["a:1"], labels: { __scheme__: "https", __meta_x: "", _1: "x" } }],
      [{ targets: ["a:1"], labels: { __scheme__: "https", __meta_x: "", _1: "x" } }],
    ],
  ];
  for (const [value, groups] of good) {
    it(`reads ${JSON.stringify(value)}`, () => assert.deepEqual(readTargetGroups(value), groups));
  }

  const bad: [unknown, string][] = [
    [undefined, "got missing, expected a list"],
    [null, "got null, expected a list"],
    [{}, "got an object, expected a list"],
    [[null], 'group 1: got null, expected an object with "targets" and "labels"'],
    [[{ targets: ["a:1"] }, []], 'group 2: got a list, expected an object with "targets" and "labels"'],
    [[{}], 'group 1: "targets" is missing, expected a list'],
    [[{ targets: "a:1" }], 'group 1: "targets" is a string, expected a list'],
    [[{ targets: ["a:1"], labels: null }], 'group 1: "labels" is null, expected an object'],
    [[{ targets: ["a:1"], label: {} }], 'group 1: unknown key "label", expected "targets" and "labels"'],
    [[{ targets: [1] }], "group 1: target is a number, expected host:port without scheme or path"],
    [[{ targets: [""] }], 'group 1: target is "", expected host:port without scheme or path'],
    [[{ targets: ["http://a:1"] }], 'group 1: target is "http://a:1", expected host:port without scheme or path'],
    [[{ targets: ["a 1"] }], 'group 1: target is "a 1", expected host:port without scheme or path'],
    [
      [{ targets: [], labels: { "a-b": "" } }],
      'group 1: label name is "a-b", expected letters, digits and underscores, no digit first',
    ],
    [
      [{ targets: [], labels: { "": "" } }],
      'group 1: label name is "", expected letters, digits and underscores, no digit first',
    ],
    [[{ targets: [], labels: { a: 1 } }], 'group 1: label "a" is a number, expected a text'],
    [[{ targets: [], labels: { a: "\ud800" } }], 'group 1: label "a" is "\\ud800", expected a text'],
    [
      [{ targets: [], labels: { __address__: "x:1" } }],
      'group 1: label "__address__" is set, expected the address under "targets"',
    ],
  ];
  for (const [value, problem] of bad) {
    it(`refuses ${JSON.stringify(value)}`, () => {
      assert.throws(() => readTargetGroups(value), new TypeError(`Cannot read target groups: ${problem}`));
    });
  }

  it("refuses a label named __proto__ that is no text, and keeps one that is", () => {
    assert.throws(() => readTargetGroups(JSON.parse('[{"targets":[],"labels":{"__proto__":{}}}]')), TypeError);
    const [group] = readTargetGroups(JSON.parse('[{"targets":[],"labels":{"__proto__":"x"}}]'));
    assert.equal(JSON.stringify(group), '{"targets":[],"labels":{"__proto__":"x"}}');
  });

  it("cuts long texts in messages", () => {
    const message = (() => {
      try {
        readTargetGroups([{ targets: [`${"x".repeat(10_000)} `] }]);
      } catch (error) {
        return (error as Error).message;
      }
    })();
    assert.ok(message !== undefined && message.length < 250, message);
  });
});
