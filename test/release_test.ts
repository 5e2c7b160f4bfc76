/** What `.github/workflows/release.yml` does, as far as that can be done without publishing. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { type Ending, runToEnd } from "./_process.ts";
import { needsProgram } from "./_programs.ts";
import { packedTarballs } from "./_shared.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** What npm sends to publish a package. */
interface Published {
  readonly name: string;
  readonly "dist-tags": Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, unknown>>;
  readonly access: string;
}

describe(".ci/publish", needsProgram(["bash", "node", "npm"], "https://nodejs.org/en/download"), () => {
  const published: Published[] = [];
  let registry: Deno.HttpServer<Deno.NetAddr>;
  let folder: string;
  before(async () => {
    folder = await Deno.makeTempDir({ prefix: "exporterkit-release-" });
    await Deno.mkdir(`${folder}/npm`);
    for (const { path } of await packedTarballs()) {
      await Deno.copyFile(path, `${folder}/npm/${path.pathname.split("/").at(-1)}`);
    }
    registry = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
      const name = decodeURIComponent(new URL(request.url).pathname.slice(1));
      if (request.method === "PUT") {
        published.push(await request.json());
        return Response.json({ ok: true });
      }
      const found = published.find((candidate) => candidate.name === name);
      return found === undefined ? Response.json({ error: "not found" }, { status: 404 }) : Response.json(found);
    });
    await Deno.writeTextFile(`${folder}/npmrc`, `//127.0.0.1:${registry.addr.port}/:_authToken=of-this-test\n`);
  });
  after(async () => {
    await registry.shutdown();
    await Deno.remove(folder, { recursive: true });
  });

  function publish(from: string): Promise<Ending> {
    const env = {
      NPM_CONFIG_REGISTRY: `http://127.0.0.1:${registry.addr.port}/`,
      NPM_CONFIG_USERCONFIG: `${folder}/npmrc`,
      NPM_CONFIG_CACHE: `${folder}/cache`,
    };
    return runToEnd({ path: `${ROOT}.ci/publish`, args: [from], cwd: folder, env }, 300_000);
  }

  it("publishes every package, the framework first, without a complaint of npm's", async () => {
    const { code, stdout, stderr } = await publish("npm");
    assert.equal(code, 0, `${stdout}${stderr}`);
    const names = (await packedTarballs()).map(({ name }) => name);
    assert.deepEqual(published.map(({ name }) => name).sort(), [...names].sort());
    assert.equal(published[0]?.name, "@exporterkit/core");
    for (const { access, "dist-tags": tags, versions } of published) {
      assert.equal(access, "public");
      assert.deepEqual(Object.keys(versions), [tags.latest]);
    }
    // It would say what it had to correct in a package.json.
    assert.deepEqual(stderr.match(/^npm (?:warn|error).*$/gim) ?? [], []);
  });

  it("leaves alone what is there already", async () => {
    const count = published.length;
    const { code, stdout } = await publish("npm");
    assert.equal(code, 0);
    assert.equal(published.length, count);
    assert.equal(stdout.match(/ is there already$/gm)?.length, count);
  });

  it("refuses a folder without the framework", async () => {
    const { code, stderr } = await publish("cache");
    assert.deepEqual([code, stderr.split(":")[0]], [1, "Cannot publish"]);
  });
});

describe("the release workflow", () => {
  it("publishes from a tag, after all tests, with the right to say where packages come from", async () => {
    const { on, jobs } = parse(await Deno.readTextFile(`${ROOT}.github/workflows/release.yml`));
    assert.deepEqual(on, { push: { tags: ["v*"] } });
    for (const name of ["npm", "jsr"]) {
      assert.equal(jobs[name].needs, "check");
      assert.equal(jobs[name].permissions["id-token"], "write");
    }
  });

  for (const [tag, code] of [["v0.1.0", 0], ["v9.9.9", 1], ["0.1.0", 1]] as const) {
    it(`${code === 0 ? "takes" : "refuses"} the tag ${tag} for version 0.1.0`, async () => {
      const { jobs } = parse(await Deno.readTextFile(`${ROOT}.github/workflows/release.yml`));
      const step = jobs.check.steps.find(({ name }: { name?: string }) => name?.startsWith("Compare the tag"));
      const folder = await Deno.makeTempDir({ prefix: "exporterkit-tag-" });
      try {
        await Deno.writeTextFile(`${folder}/deno.json`, '{ "version": "0.1.0" }');
        const env = { GITHUB_REF_NAME: tag };
        const ending = await runToEnd({ path: "/bin/sh", args: ["-ec", step.run], cwd: folder, env });
        assert.equal(ending.code, code, ending.stderr);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    });
  }
});
