import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parseStubStatus } from "./stub_status.ts";

const NAME = "http://127.0.0.1:8080/stub_status";

describe("parseStubStatus()", () => {
  it("reads the page of nginx, each number where it belongs", () => {
    assert.deepEqual(parseStubStatus(captured("nginx.txt").replace("17 17", "17 16"), NAME), {
      active: 3,
      accepts: 17,
      handled: 16,
      requests: 42,
      reading: 0,
      writing: 1,
      waiting: 2,
    });
  });

  it("reads the page of Tengine, which has one number more", () => {
    const page = captured("nginx.txt").replace("requests", "requests request_time").replace("42 ", "42 1300 ");
    assert.equal(parseStubStatus(page, NAME).requests, 42);
  });

  it("reads lines that end with CR and LF", () => {
    assert.equal(parseStubStatus(captured("nginx.txt").replaceAll("\n", "\r\n"), NAME).waiting, 2);
  });

  const others: [what: string, text: string][] = [
    ["a page of HTML", "<!DOCTYPE html>\n<html><body><h1>Welcome to nginx!</h1></body></html>\n"],
    ["an empty page", ""],
    ["a page that was cut short", captured("nginx.txt").slice(0, -20)],
    ["negative numbers", captured("nginx.txt").replace("17", "-17")],
    ["a page with something behind it", `${captured("nginx.txt")}More: 1\n`],
  ];
  for (const [what, text] of others) {
    it(`rejects ${what}, and shows how it begins`, () => {
      assert.throws(() => parseStubStatus(text, NAME), {
        name: "SyntaxError",
        message: `Cannot read ${NAME}: got ${JSON.stringify(text.slice(0, 100))}, expected a page of stub_status`,
      });
    });
  }
});

function captured(name: string): string {
  return readFileSync(new URL(`testdata/${name}`, import.meta.url), "utf8");
}
