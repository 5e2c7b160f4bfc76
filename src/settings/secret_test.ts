import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { inspect } from "node:util";
import * as v from "valibot";
import { createLogger, errorText } from "../log/logger.ts";
import { isAboutSecret, isSecretSchema, Secret, secret } from "./secret.ts";

describe("Secret", () => {
  it("gives its text only to those who read it", async () => {
    const password = new Secret("correct horse");
    assert.equal(await password.read(), "correct horse");
    for (const shown of [String(password), `${password}`, JSON.stringify({ password }), inspect({ password })]) {
      assert.match(shown, /<secret>/);
      assert.doesNotMatch(shown, /horse/);
    }
  });

  it("reads its source anew each time", async () => {
    let text = "one";
    const rotated = new Secret(() => text);
    assert.equal(await rotated.read(), "one");
    text = "two";
    assert.equal(await rotated.read(), "two");
    const bound = new Secret(() => Promise.resolve("three"));
    assert.equal(await bound.read(), "three");
  });

  it("is taken out of log lines and errors, also where somebody else writes the text", async () => {
    const fromFile = new Secret(() => "tr0ub4dor&3");
    await fromFile.read();
    const error = new Error("401 for key tr0ub4dor&3", { cause: new Error("GET /?key=tr0ub4dor%263") });
    assert.equal(errorText(error), "401 for key <secret>: GET /?key=<secret>");
    const lines: string[] = [];
    createLogger({ write: (line) => lines.push(line), format: "json" }).error("tr0ub4dor&3", { error, fromFile });
    assert.doesNotMatch(lines.join(), /tr0ub4dor/);
  });

  it("fails when its source does", async () => {
    const lost = new Secret(() => {
      throw new Error("no such file");
    });
    await assert.rejects(lost.read(), /no such file/);
  });
});

describe("secret()", () => {
  it("makes secrets of texts, and keeps those that are", () => {
    const made = v.parse(secret(), "hunter2");
    assert.ok(made instanceof Secret);
    assert.equal(v.parse(secret(), made), made);
  });

  it("says of other values only that they are no text", () => {
    const { issues: [issue] = [] } = v.safeParse(secret(), 12345678);
    assert.equal(issue?.message, "expected a text");
    assert.ok(isAboutSecret(issue!));
  });

  it("is known in a pipe", () => {
    assert.ok(isSecretSchema(secret()));
    assert.ok(isSecretSchema(v.pipe(secret(), v.description("Whose."))));
    assert.ok(!isSecretSchema(v.string()));
  });
});
