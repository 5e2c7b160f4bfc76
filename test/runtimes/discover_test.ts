/** `exporterkit discover` from the installed package, on the runtimes that npm users have. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ask } from "../_http.ts";
import { startServer } from "../_process.ts";
import { carriedRuntime, needsCarriedRuntimes, needsProgram } from "../_programs.ts";
import { installedProject } from "../_shared.ts";

const REGISTRATION = { targets: ["10.0.0.5:9876"], labels: { job: "orders" } };
const needs = { ...needsCarriedRuntimes(), ...needsProgram("npm", "https://nodejs.org/en/download") };

for (const name of ["node", "bun"] as const) {
  describe(`exporterkit discover on ${name}`, needs, () => {
    it("serves what has registered, also after it was started again", async () => {
      const { folder } = await installedProject();
      const data = await Deno.makeTempDir({ prefix: "exporterkit-discover-" });
      const start = () =>
        startServer({
          path: carriedRuntime(name).path,
          args: [
            "node_modules/@exporterkit/core/src/cli/main.js",
            "discover",
            "--web.listen-address=127.0.0.1:0",
            `--discovery.file=${data}`,
            `--storage.path=${data}/kept`,
          ],
          cwd: folder,
        });
      try {
        const first = await start();
        const body = JSON.stringify({ ...REGISTRATION, ttl: "60s" });
        const { status } = await ask(`${first.url}/instances/orders`, { method: "PUT", body });
        assert.equal(status, 204);
        await Deno.writeTextFile(`${data}/a.yml`, "- targets: ['a:1']\n");
        const { code, stderr } = await first.stop();
        assert.equal(code, 0, stderr);
        const second = await start();
        const { text } = await ask(`${second.url}/sd`);
        await second.stop();
        assert.deepEqual(JSON.parse(text), [{ targets: ["a:1"], labels: {} }, REGISTRATION]);
      } finally {
        await Deno.remove(data, { recursive: true });
      }
    });
  });
}
