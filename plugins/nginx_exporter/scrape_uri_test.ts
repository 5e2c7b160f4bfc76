import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseScrapeUri } from "./scrape_uri.ts";

describe("parseScrapeUri()", () => {
  const cases: [text: string, expected: ReturnType<typeof parseScrapeUri>][] = [
    ["http://127.0.0.1:8080/stub_status", {
      shown: "http://127.0.0.1:8080/stub_status",
      isTls: false,
      host: "127.0.0.1:8080",
      address: { host: "127.0.0.1", port: 8080 },
      path: "/stub_status",
    }],
    ["https://nginx.example/status?plain", {
      shown: "https://nginx.example/status?plain",
      isTls: true,
      host: "nginx.example",
      address: { host: "nginx.example", port: 443 },
      path: "/status?plain",
    }],
    ["http://[::1]/", {
      shown: "http://[::1]/",
      isTls: false,
      host: "[::1]",
      address: { host: "::1", port: 80 },
      path: "/",
    }],
    ["http://prometheus:p%40ss:word@nginx.example/", {
      shown: "http://nginx.example/",
      isTls: false,
      host: "nginx.example",
      address: { host: "nginx.example", port: 80 },
      path: "/",
      auth: "prometheus:p@ss:word",
    }],
    ["unix:/run/nginx.sock:/stub_status", {
      shown: "unix:/run/nginx.sock:/stub_status",
      isTls: false,
      host: "unix",
      address: { socketPath: "/run/nginx.sock" },
      path: "/stub_status",
    }],
    ["unix:/run/nginx.sock", {
      shown: "unix:/run/nginx.sock",
      isTls: false,
      host: "unix",
      address: { socketPath: "/run/nginx.sock" },
      path: "/",
    }],
    ["127.0.0.1:8080/stub_status", undefined],
    ["ftp://nginx.example/", undefined],
    ["http://", undefined],
    ["http://nginx.example:port/", undefined],
    ["http://a:%E0@nginx.example/", undefined],
    ["unix:", undefined],
    ["unix:/run/nginx.sock:stub_status", undefined],
    ["", undefined],
  ];
  for (const [text, expected] of cases) {
    it(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(parseScrapeUri(text), expected));
  }
});
