import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { encode } from "../exposition/encode.ts";
import { negotiate } from "../exposition/negotiate.ts";
import { Registry } from "../metrics/registry.ts";
import { addBuildInfo } from "./build_info.ts";

describe("addBuildInfo()", () => {
  it("says what is running, and on what", () => {
    const registry = new Registry();
    addBuildInfo(registry, "hello", { version: "1.0.0", revision: "", runtime: "deno", runtimeVersion: "2.9.6" });
    assert.equal(
      new TextDecoder().decode(encode(registry.snapshots(), negotiate(null))),
      `# HELP hello_exporter_build_info Version of the exporter and of the runtime that it runs on, with a constant value of 1.
# TYPE hello_exporter_build_info gauge
hello_exporter_build_info{version="1.0.0",revision="",runtime="deno",runtime_version="2.9.6"} 1
`,
    );
  });
});
