import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { conceal, redact } from "./redact.ts";

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

describe("conceal()", () => {
  it("takes a text out wherever it stands, however it is spelled", () => {
    conceal('top "secret"/1');
    assert.equal(redact('a top "secret"/1 b'), "a <secret> b");
    assert.equal(redact("?key=top%20%22secret%22%2F1&x"), "?key=<secret>&x");
    assert.equal(redact(JSON.stringify({ key: 'top "secret"/1' })), '{"key":"<secret>"}');
  });

  it("takes out the longer text when one begins another", () => {
    conceal("hunter2");
    conceal("hunter2-and-more");
    assert.equal(redact("hunter2-and-more hunter2"), "<secret> <secret>");
  });

  it("leaves texts alone that are too short to be told from others", () => {
    conceal("abc");
    assert.equal(redact("abcdef"), "abcdef");
  });

  it("forgets the oldest when there are many", () => {
    conceal("the first of many");
    for (let i = 0; i < 300; i++) conceal(`secret number ${i}`);
    assert.equal(redact("the first of many, secret number 299"), "the first of many, <secret>");
  });

  it("takes texts that are no valid Unicode", () => {
    conceal("half\ud800pair");
    assert.equal(redact("half\ud800pair"), "<secret>");
  });
});
