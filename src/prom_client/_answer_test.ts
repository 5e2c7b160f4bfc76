import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { answerOf, isAnswer, isMessage, messageOf } from "./_answer.ts";
import { Gauge } from "./gauge.ts";
import { globalRegistry, Registry } from "./registry.ts";

describe("answerOf()", () => {
  it("has a list for each registry", async () => {
    const registries = [new Registry(), new Registry()];
    const gauge = new Gauge({ name: "g", help: "h", registers: [registries[1]!] });
    assert.deepEqual(await answerOf(registries), [[], [await gauge.get()]]);
  });

  it("has the global registry unless others are chosen", async () => {
    const gauge = new Gauge({ name: "g", help: "h" });
    try {
      assert.deepEqual(await answerOf(), [[await gauge.get()]]);
    } finally {
      globalRegistry().clear();
    }
  });
});

describe("isMessage()", () => {
  it("accepts objects with a type only", () => {
    assert.ok(isMessage({ type: 1 }));
    for (const other of [null, undefined, 1, "type", {}, []]) assert.ok(!isMessage(other));
  });
});

describe("isAnswer()", () => {
  it("accepts lists of lists only", () => {
    assert.ok(isAnswer([]));
    assert.ok(isAnswer([[], []]));
    for (const other of [undefined, null, {}, [[], 1]]) assert.ok(!isAnswer(other));
  });

  it("accepts metrics whose samples can be read only", () => {
    const accepted = [{}, { values: [] }, { values: [{ value: null }, { value: 1, labels: {} }] }];
    for (const metric of accepted) assert.ok(isAnswer([[metric]]), JSON.stringify(metric));
    const refused = [null, undefined, "m", { values: null }, { values: {} }, { values: [null] }, { values: [1] }];
    for (const metric of refused) assert.ok(!isAnswer([[{}, metric]]), JSON.stringify(metric));
    assert.ok(!isAnswer([[{ values: [{ value: 1, labels: null }] }]]));
  });
});

describe("messageOf()", () => {
  it("is never empty", () => {
    assert.equal(messageOf(new TypeError("wrong")), "wrong");
    assert.equal(messageOf(new TypeError()), "TypeError");
    assert.equal(messageOf("text"), "text");
    assert.equal(messageOf(""), "Unknown error");
  });
});
