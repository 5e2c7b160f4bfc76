import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { startApi } from "../../plugins/json_exporter/_testing.ts";
import { ask } from "../_http.ts";
import { needsCarriedRuntimes } from "../_programs.ts";
import { ALL_ARTIFACTS, startArtifact } from "./_artifacts.ts";

for (const artifact of ALL_ARTIFACTS) {
  const [preset] = artifact;

  describe(`the ${preset} artifact of json_exporter`, needsCarriedRuntimes(), () => {
    it("probes with the settings and secrets of its folder, with no more permissions than it declares", async () => {
      await using api = await startApi({ a: 1 });
      const folder = await Deno.makeTempDir({ prefix: "exporterkit-json-" });
      try {
        const client = { http_client_config: { bearer_token_file: "token" } };
        const modules = { default: { metrics: [{ name: "a", path: "{.a}" }], ...client } };
        await Deno.writeTextFile(`${folder}/config.yml`, JSON.stringify({ modules, targets: [{ target: api.url }] }));
        await Deno.writeTextFile(`${folder}/token`, "s3cr3t\n");
        const args = [`--config.file=${folder}/config.yml`];
        const folders = { "/etc/json_exporter": folder };
        await using exporter = await startArtifact("json_exporter", artifact, { args, folders });
        const { text } = await ask(`${exporter.url}/probe?target=${api.url}`);
        assert.match(text, /^a 1$[^]*^probe_success 1$/m, exporter.stderr());
        assert.equal(api.asked[0]!.headers.authorization, "Bearer s3cr3t");
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    });
  });
}
