import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { promClientPackage } from "./prom_client_package.ts";

const CORE = { name: "@exporterkit/core", version: "1.2.3" };

const files = promClientPackage(CORE, "Apache License");
const manifest = JSON.parse(files.get("package.json") ?? "");

describe("promClientPackage()", () => {
  it("has the version of the framework and depends on it", () => {
    assert.equal(manifest.version, "1.2.3");
    assert.deepEqual(manifest.dependencies, { "@exporterkit/core": "^1.2.3" });
  });

  it("forwards both ways of loading to the framework's export", () => {
    assert.match(files.get("index.js") ?? "", /^module\.exports = require\("@exporterkit\/core\/prom-client"\);$/m);
    assert.match(files.get("index.mjs") ?? "", /^export \{ default \} from "@exporterkit\/core\/prom-client";$/m);
  });

  it("names only files that it has", () => {
    const named: string[] = Object.values(manifest.exports).flatMap((conditions) => Object.values(conditions ?? {}));
    for (const path of named.filter((path) => !path.includes("*"))) assert.ok(files.has(path.slice(2)), path);
  });

  it("makes every file below lib/ CommonJS over the root", () => {
    const below = [...files].filter(([path]) => path.startsWith("lib/"));
    assert.equal(below.length, 24);
    const client = { Counter: class {}, collectDefaultMetrics: { metrics: { gc: () => "gc" } } };
    assert.equal(load("lib/counter.js", { "../index.js": client }), client.Counter);
    assert.equal(load("lib/metrics/gc.js", { "../../index.js": client }), client.collectDefaultMetrics.metrics.gc);
  });
});

function load(path: string, packages: Record<string, unknown>): unknown {
  const module = { exports: {} };
  new Function("module", "require", files.get(path) ?? "")(module, (name: string) => packages[name]);
  return module.exports;
}
