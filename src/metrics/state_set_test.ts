import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { encode } from "../exposition/encode.ts";
import { negotiate } from "../exposition/negotiate.ts";
import { Registry } from "./registry.ts";
import { stateSet } from "./state_set.ts";

const HEAD = "# HELP door Door.\n# TYPE door gauge\n";

function exposed(registry: Registry): string {
  return new TextDecoder().decode(encode(registry.snapshots(), negotiate(null)));
}

describe("stateSet()", () => {
  for (const states of [[], ["a", "a"], ["a", 1], "ab", undefined]) {
    it(`refuses ${JSON.stringify(states)} as states`, () => {
      assert.throws(() => stateSet("door", "Door.", [], { states: states as string[] }), {
        name: "TypeError",
        message: /^Cannot define metric "door": states are .*, expected different strings$/,
      });
    });
  }

  it("refuses missing options", () => {
    assert.throws(() => stateSet("door", "Door.", [], undefined as never), /states are undefined/);
  });

  it("keeps states of its own", () => {
    const states = ["a", "b"];
    const description = stateSet("door", "Door.", [], { states });
    states.push("c");
    assert.deepEqual(description.states, ["a", "b"]);
  });
});

describe("StateSet.set()", () => {
  it("shows one series per state", () => {
    const registry = new Registry();
    const door = registry.add(stateSet("door", "Door.", ["room"], { states: ["open", "shut", "locked"] }));
    door.set({ room: "attic" }, "open");
    door.set({ room: "attic" }, "shut");
    door.set({ room: "hall" }, { shut: true, locked: true, open: false });
    assert.equal(
      exposed(registry),
      `${HEAD}door{room="attic",door="open"} 0
door{room="attic",door="shut"} 1
door{room="attic",door="locked"} 0
door{room="hall",door="open"} 0
door{room="hall",door="shut"} 1
door{room="hall",door="locked"} 1
`,
    );
  });

  it("takes the state first where there are no labels, and may say that none applies", () => {
    const registry = new Registry();
    const door = registry.add(stateSet("door", "Door.", [], { states: ["open", "shut"] }));
    assert.equal(exposed(registry), "");
    door.set("open");
    door.set({});
    assert.equal(exposed(registry), `${HEAD}door{door="open"} 0\ndoor{door="shut"} 0\n`);
  });

  const mistakes: [unknown, string][] = [
    ["ajar", 'state is "ajar", expected one of open, shut'],
    [{ ajar: true }, 'state is "ajar", expected one of open, shut'],
    [["open"], 'state is "0", expected one of open, shut'],
    ["constructor", 'state is "constructor", expected one of open, shut'],
    [undefined, "state is undefined, expected one of open, shut"],
    [null, "state is null, expected one of open, shut"],
    [1, "state is 1, expected one of open, shut"],
    [{ open: 1 }, 'state "open" is 1, expected true or false'],
    [{ open: "false" }, 'state "open" is "false", expected true or false'],
  ];
  for (const [state, message] of mistakes) {
    it(`rejects ${JSON.stringify(state)} and makes no series`, () => {
      const registry = new Registry();
      const door = registry.add(stateSet("door", "Door.", ["room"], { states: ["open", "shut"] }));
      assert.throws(() => door.set({ room: "attic" }, state as never), {
        name: "TypeError",
        message: `Cannot set stateset "door": ${message}`,
      });
      assert.equal(exposed(registry), "");
    });
  }
});
