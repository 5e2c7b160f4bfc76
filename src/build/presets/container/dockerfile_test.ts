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

  it("brings the programs that the exporter starts, without file capabilities", () => {
    const exporter = exporterWith({ permissions: { run: ["ping"] } });
    const image = dockerfile(exporter, { script: "t.mjs", flags: [] });
    assert.match(image, /^FROM node:24-trixie-slim$/m);
    assert.match(image, /^RUN .* iputils-ping .*\\\n {2}&& cp \/usr\/bin\/ping \/usr\/local\/bin\/ping$/m);
    assert.match(image, /^ENTRYPOINT \["\/usr\/local\/bin\/node",/m);
    assert.match(image, /^USER 65532:65532$/m);
  });

  it("takes no variable out of a help text, and no line either", () => {
    assert.ok(text.includes('org.opencontainers.image.description="Says \\"\\$HOME\\" and \\\\more."'), text);
  });
});
