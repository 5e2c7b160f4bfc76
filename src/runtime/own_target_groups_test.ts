import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Announceable, ownTargetGroups } from "./own_target_groups.ts";

describe("ownTargetGroups()", () => {
  const cases: [url: string, announced: Announceable["announced"], target: string, scheme: object][] = [
    ["http://10.0.0.5:9876/sd", undefined, "10.0.0.5:9876", {}],
    ["http://web/sd", undefined, "web:80", {}],
    ["https://hello.example.org/sd", undefined, "hello.example.org:443", { __scheme__: "https" }],
    ["http://[::1]:9/sd", undefined, "[::1]:9", {}],
    ["http://localhost:9/sd", { host: "web" }, "web:9", {}],
    ["http://localhost:9/sd", { host: "web", port: 80 }, "web:80", {}],
  ];
  for (const [url, announced, target, scheme] of cases) {
    it(`gives ${target} for ${url}`, () => {
      const about = { exporter: "queue", ...(announced === undefined ? {} : { announced }) };
      const labels = { job: "queue", ...scheme, __meta_exporterkit_exporter: "queue" };
      assert.deepEqual(ownTargetGroups(about, new Request(url)), [{ targets: [target], labels }]);
    });
  }
});
