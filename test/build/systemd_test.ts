/** systemd reads the service file and judges it; it runs no service here. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { startServer } from "../_process.ts";
import { scrape } from "./_exposition.ts";
import { artifactOf, needsBuild } from "./_project.ts";
import { analyze, judgeExposure, needsSystemdAnalyze, unpackedService } from "./_systemd.ts";

const needs = { ...needsBuild, ...needsSystemdAnalyze() };

/** Without a network of its own a service cannot get to 0. */
const EXPOSURE_LIMIT = { hello: 15, node: 25 };

for (const name of ["hello", "node"] as const) {
  describe(`the systemd artifact of ${name}`, needs, () => {
    it("has a service file that systemd-analyze verifies without a word", async () => {
      await using service = await unpackedService(await artifactOf(name, "systemd"));
      const { code, stdout, stderr } = await analyze(["verify", service.path]);
      assert.deepEqual([code, stdout, stderr], [0, "", ""]);
    });

    it("is exposed as little as systemd-analyze security can see", async () => {
      await using service = await unpackedService(await artifactOf(name, "systemd"));
      const { code, verdict } = await judgeExposure(service.path, EXPOSURE_LIMIT[name]);
      console.log(verdict);
      assert.equal(code, 0, verdict);
    });

    it("starts with the command of its service file", async () => {
      await using service = await unpackedService(await artifactOf(name, "systemd"));
      const [path, ...args] = service.command;
      const listen = "--web.listen-address=127.0.0.1:0";
      await using server = await startServer({ path, args: [...args, listen], env: { HOME: "/nonexistent" } });
      assert.ok((await scrape(server.url)).has(`${name}_scrape_collector_success`));
    });
  });
}
