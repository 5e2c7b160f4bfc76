import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { carriedWorkerd, needsCarriedRuntimes, needsProgram } from "../_programs.ts";
import { installedProject } from "../_shared.ts";
import { bundleForWorkers, COMPATIBILITY_DATE, startWorker } from "../_workers.ts";
import { describeRuntime, type Started } from "./suite.ts";
import { assertFailuresAreNamed } from "./upstream_failure_suite.ts";

const needs = { ...needsCarriedRuntimes(), ...needsProgram("npm", "https://nodejs.org/en/download") };

describeRuntime({
  name: "workers",
  needs,
  // An isolate is not told what runs it.
  version: () => "",
  startHello,
});

describe("hello bundled for Workers", needs, () => {
  it("is run by the workerd that the npm package carries", () => {
    assert.match(carriedWorkerd().version, /^\d{4}-\d{2}-\d{2}$/);
    assert.ok(carriedWorkerd().version >= COMPATIBILITY_DATE);
  });

  it("has nothing of Node inside", async () => {
    assert.doesNotMatch(await bundle(), /\bnode:|@hono\/node-server/);
  });

  it("says why its upstream failed", async () => {
    const { folder } = await installedProject();
    const code = await bundleForWorkers(folder, { entryPoints: ["asking.ts"] });
    const start = (upstream: string) => startWorker(code, { bindings: { ASKING_EXPORTER_UPSTREAM: upstream } });
    await assertFailuresAreNamed(start, { withoutConnection: "error" });
  });

  it("has none of the code that probes, which reach has", async () => {
    const { folder } = await installedProject();
    const reach = await bundleForWorkers(folder, { entryPoints: ["reach.ts"] });
    for (const text of ["ipaddr: ", "probes_total", "--probe.allow opens"]) {
      assert.ok(reach.includes(text), text);
      assert.ok(!(await bundle()).includes(text), text);
    }
  });
});

async function startHello(): Promise<Started> {
  return await startWorker(await bundle());
}

async function bundle(): Promise<string> {
  const { folder } = await installedProject();
  return await bundleForWorkers(folder, { entryPoints: ["hello.ts"] });
}
