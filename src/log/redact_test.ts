import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { redact } from "./redact.ts";

describe("redact()", () => {
  const cases: [text: string, redacted: string][] = [
    ["cannot reach http://me:s3cret@db:80/x?y", "cannot reach http://<secret>@db:80/x?y"],
    ["redis://:s3cret@db", "redis://<secret>@db"],
    ["postgresql+ssl://me@db/x", "postgresql+ssl://<secret>@db/x"],
    ["http://me:p@ss@db/", "http://<secret>@db/"],
    ["http://a:1@b/ and HTTPS://c:2@d", "http://<secret>@b/ and HTTPS://<secret>@d"],
    ["http://db/path@2", "http://db/path@2"],
    ["http://db?mail=a@b", "http://db?mail=a@b"],
    ["mail to me@example.com", "mail to me@example.com"],
  ];
  for (const [text, redacted] of cases) it(`makes ${redacted}`, () => assert.equal(redact(text), redacted));
});
