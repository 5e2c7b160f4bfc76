import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { exporterWith } from "../../_testing.ts";
import { dockerfile } from "./dockerfile.ts";

describe("dockerfile()", () => {
  const text = dockerfile(exporterWith({ help: 'Says "$HOME"\nand \\more.' }), {
    script: "t.mjs",
    flags: ["--permission"],
  });

  it("starts the script without a shell, as a user that is not root", () => {
    const lines = text.split("\n");
    assert.ok(lines.includes('ENTRYPOINT ["/nodejs/bin/node","--permission","/app/t.mjs"]'));
    assert.ok(lines.includes("USER 65532:65532"));
    assert.ok(lines.includes("EXPOSE 9999"));
    assert.doesNotMatch(text, /^RUN/m);
  });

  it("takes no variable out of a help text, and no line either", () => {
    assert.ok(text.includes('org.opencontainers.image.description="Says \\"\\$HOME\\" and \\\\more."'), text);
  });
});
