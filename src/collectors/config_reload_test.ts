import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { encode } from "../exposition/encode.ts";
import { negotiate } from "../exposition/negotiate.ts";
import { Registry } from "../metrics/registry.ts";
import { addConfigReload } from "./config_reload.ts";

describe("addConfigReload()", () => {
  it("says when the settings were last read with success, and whether that was the last time", () => {
    const registry = new Registry();
    let nowMs = 1_700_000_000_000;
    const noted = addConfigReload(registry, "t", () => nowMs);
    const values = () =>
      new TextDecoder().decode(encode(registry.snapshots(), negotiate(null))).split("\n")
        .filter((line) => line.startsWith("t_")).map((line) => line.split(" ")[1]);
    noted.succeeded();
    assert.deepEqual(values(), ["1.7e+09", "1"]);
    nowMs += 60_000;
    noted.failed();
    assert.deepEqual(values(), ["1.7e+09", "0"]);
    noted.succeeded();
    assert.deepEqual(values(), ["1.70000006e+09", "1"]);
  });
});
