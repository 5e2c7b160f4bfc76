/** The commands by which people ask for a new project, with a registry in which `create-exporter` is published. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { runToEnd } from "../_process.ts";
import { type Registry, startRegistry } from "../_registry.ts";
import { needsCreate, shell } from "./_projects.ts";

/** Each with what the project that it makes by default tests with. */
const COMMANDS: Readonly<Record<string, readonly [line: string, manifest: string, test: string]>> = {
  "npm create": ["npm create -y exporter@latest made -- --yes", "package.json", "node --test"],
  "pnpm create": ["npx -y pnpm@10 create exporter made --yes", "package.json", "node --test"],
  // The carried Bun comes without the link of that name.
  bunx: ["bun x create-exporter made --yes", "package.json", "bun test"],
  "bun create": ["bun create exporter made --yes", "package.json", "bun test"],
  "deno create": ["deno create -y npm:exporter -- made --yes", "deno.json", "deno test -A"],
};

describe("a new project", needsCreate, () => {
  let registry: Registry;
  before(async () => {
    registry = await startRegistry();
  });
  after(() => registry[Symbol.asyncDispose]());

  for (const [name, [line, manifest, test]] of Object.entries(COMMANDS)) {
    it(`is made by ${name}`, async () => {
      const folder = await Deno.makeTempDir({ prefix: "exporterkit-command-" });
      try {
        // Whoever started these tests has said there who that was.
        const { env, ...command } = shell(`unset npm_config_user_agent; ${line}`, folder);
        const { code, stdout, stderr } = await runToEnd(
          { ...command, env: { ...env, ...registry.environment } },
          120_000,
        );
        assert.equal(code, 0, `${stdout}${stderr}`);
        assert.match(stdout, /The http exporter made is in made\. Next:/);
        const { scripts, tasks } = JSON.parse(await Deno.readTextFile(`${folder}/made/${manifest}`));
        assert.equal((scripts ?? tasks).test, test);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    });
  }
});
