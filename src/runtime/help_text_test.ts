import { describe, it } from "node:test";
import assert from "node:assert/strict";
import * as v from "valibot";
import { defineExporter } from "../exporter/definition.ts";
import { secret } from "../settings/secret.ts";
import { helpText } from "./help_text.ts";

const lines = helpText(defineExporter({
  name: "t",
  version: "1.2.3",
  help: "Tests things.",
  port: 9999,
  settings: v.object({
    city: v.optional(v.pipe(v.string(), v.description("Where.")), "Berlin"),
    key: v.optional(v.pipe(secret(), v.description("Whose.")), "hunter2"),
    modules: v.optional(v.record(v.string(), v.string()), {}),
  }),
  collectors: {
    on: { help: "Runs.", collect() {} },
    off: { help: "Does not.", enabled: false, collect() {} },
  },
})).split("\n").map((line) => line.trim().replace(/ {2,}/, "  "));

describe("helpText()", () => {
  const expected = [
    "t exporter 1.2.3",
    "Tests things.",
    "--city=<string>  Where. Default: Berlin.",
    "--key=<secret>  Whose.",
    "--[no-]collector.on  Runs. Default: true.",
    "--[no-]collector.off  Does not.",
    "--web.listen-address=<string>  Address to listen on, as in :9100 or [::1]:9100. Repeatable. Default: :9999.",
    "--config.file=<string>  Settings file, in YAML or JSON.",
    "--config.check  Check all settings and exit: with status 0 if they are right, else 2.",
    "-h, --help  Show this text and exit.",
    "In the settings file only: modules.",
  ];
  for (const line of expected) {
    it(`says ${JSON.stringify(line)}`, () => assert.ok(lines.includes(line), lines.join("\n")));
  }

  it("shows no secret, and no flag twice", () => {
    assert.ok(!lines.some((line) => line.includes("hunter2")));
    const flags = lines.filter((line) => line.startsWith("-")).map((line) => line.split("  ")[0]);
    assert.equal(new Set(flags).size, flags.length);
  });
});
