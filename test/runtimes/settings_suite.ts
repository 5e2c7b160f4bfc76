/** What an exporter promises of its settings wherever it is a program: where they come from, reloads, secrets. */
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { ask } from "../_http.ts";
import { runToEnd, startServer } from "../_process.ts";
import type { RuntimeUnderTest } from "./suite.ts";

const ANY_PORT = "--web.listen-address=127.0.0.1:0";
const PASSWORD = "correct-horse-battery";

/** Registers the tests of settings for one runtime. */
export function describeSettings({ name, needs, command }: RuntimeUnderTest): void {
  if (command === undefined) return;

  describe(`the settings of a program on ${name}`, needs, () => {
    let folder = "";
    const file = () => `${folder}/settings.yml`;
    const fileFlag = () => `--config.file=${file()}`;
    before(async () => {
      folder = await Deno.makeTempDir({ prefix: "settings-" });
    });
    after(() => Deno.remove(folder, { recursive: true }));

    async function commandOf(args: readonly string[], env: Record<string, string> = {}) {
      return { ...await command!("settings", args), env };
    }

    async function told(url: string): Promise<string> {
      return /^settings_told_info\{(.*)\} 1$/m.exec((await ask(`${url}/metrics`)).text)?.[1] ?? "nothing";
    }

    async function reloadedMetric(url: string): Promise<string | undefined> {
      const { text } = await ask(`${url}/metrics`);
      return /^settings_exporter_config_last_reload_successful (\S+)$/m.exec(text)?.[1];
    }

    it("come from flags before variables before the file before defaults", async () => {
      await Deno.writeTextFile(file(), "city_name: file\nmax_depth: 7\nnames: [f]\nmodules: { a: { path: /a } }\n");
      const env = { SETTINGS_EXPORTER_CITY_NAME: "variable", SETTINGS_EXPORTER_NAMES: "v,w" };
      await using server = await startServer(await commandOf([ANY_PORT, fileFlag(), "--city-name=flag"], env));
      assert.equal(await told(server.url), 'city="flag",depth="7",names="v,w",modules="a"');
    });

    it("are checked by --config.check, with status 0 or 2 and a line for each that is wrong", async () => {
      await Deno.writeTextFile(file(), "city_name: Rome\n");
      const right = await runToEnd(await commandOf(["--config.check", fileFlag()]));
      assert.deepEqual([right.code, right.stdout], [0, "The settings of settings exporter are right\n"], right.stderr);

      await Deno.writeTextFile(file(), "city_name: Rome\nmodules:\n  a: {}\nmax_dept: 5\npassword: [12345678]\n");
      const args = ["--config.check", fileFlag(), "--names"];
      const wrong = await runToEnd(await commandOf(args, { SETTINGS_EXPORTER_MAX_DEPTH: "deep" }));
      assert.equal(wrong.code, 2);
      assert.equal(wrong.stdout, "");
      assert.deepEqual(wrong.stderr.trimEnd().split("\n"), [
        "Flag --names: got nothing, expected a value",
        'Variable SETTINGS_EXPORTER_MAX_DEPTH: got "deep", expected a number',
        `${file()}:5: password: expected a text, in quotes where it looks like a number`,
        `${file()}:3: modules.a.path is missing`,
        `${file()}:4: max_dept: unknown key, did you mean max_depth?`,
      ]);
    });

    it("stop the start with status 2 when the file is not there", async () => {
      const { code, stderr } = await runToEnd(await commandOf([ANY_PORT, "--config.file=/no/such/file"]));
      assert.equal(code, 2);
      assert.match(stderr, /^Cannot read the settings file: .*\/no\/such\/file/);
      assert.equal(stderr.trimEnd().split("\n").length, 1);
    });

    it("have a JSON Schema", async () => {
      const { code, stdout } = await runToEnd(await commandOf(["--config.schema"]));
      assert.equal(code, 0);
      const { properties } = JSON.parse(stdout);
      assert.deepEqual(properties.max_depth, { type: "integer", description: "How deep it goes.", default: 3 });
      assert.deepEqual(properties.web.properties.max_requests.type, "integer");
    });

    it("are swapped on SIGHUP, kept when the file is wrong, and both is said", async () => {
      await Deno.writeTextFile(file(), "city_name: Rome\n");
      await using server = await startServer(await commandOf([ANY_PORT, fileFlag()]));
      assert.match(await told(server.url), /^city="Rome"/);

      await Deno.writeTextFile(file(), "city_name: Oslo\n");
      server.signal("SIGHUP");
      await until(async () => (await told(server.url)).startsWith('city="Oslo"'));
      assert.match(server.stderr(), /level=info msg="Settings reloaded"/);

      await Deno.writeTextFile(file(), "city_name: Bern\nmax_depth: deep\n");
      server.signal("SIGHUP");
      await until(async () => await reloadedMetric(server.url) === "0");
      assert.match(await told(server.url), /^city="Oslo"/);
      assert.match(server.stderr(), /level=error msg="Settings not reloaded, .*settings\.yml:2: max_depth: got/);

      await Deno.writeTextFile(file(), "city_name: Bern\n");
      server.signal("SIGHUP");
      await until(async () => await reloadedMetric(server.url) === "1");
      assert.match(await told(server.url), /^city="Bern"/);
    });

    it("are swapped by POST /-/reload where that is enabled", async () => {
      await Deno.writeTextFile(file(), "city_name: Rome\n");
      const args = [ANY_PORT, fileFlag(), "--web.enable-lifecycle"];
      await using server = await startServer(await commandOf(args));
      const reload = () => ask(`${server.url}/-/reload`, { method: "POST" });

      await Deno.writeTextFile(file(), "city_name: Oslo\n");
      assert.equal((await reload()).status, 200);
      assert.match(await told(server.url), /^city="Oslo"/);

      await Deno.writeTextFile(file(), "city_name: Bern\nweb: { telemetry_path: /m }\n");
      const refused = await reload();
      assert.equal(refused.status, 500);
      assert.match(refused.text, /Setting web\.telemetry_path changed, expected it as it was/);
      assert.match(await told(server.url), /^city="Oslo"/);
      assert.equal(await reloadedMetric(server.url), "0");
    });

    it("are not swapped by POST /-/reload elsewhere", async () => {
      await using server = await startServer(await commandOf([ANY_PORT]));
      assert.equal((await ask(`${server.url}/-/reload`, { method: "POST" })).status, 403);
      assert.equal((await ask(`${server.url}/-/reload`)).status, 405);
    });

    it("hold secrets, which may be in files that are replaced, and which nothing shows", async () => {
      const secretFile = `${folder}/password`;
      await Deno.writeTextFile(secretFile, `${PASSWORD}\n`);
      const env = { SETTINGS_EXPORTER_PASSWORD_FILE: secretFile };
      await using server = await startServer(await commandOf([ANY_PORT, "--log.level=debug"], env));
      const length = async () =>
        /^settings_password_length_bytes (\S+)$/m.exec((await ask(`${server.url}/metrics`)).text)?.[1];
      assert.equal(await length(), String(PASSWORD.length));

      await Deno.writeTextFile(secretFile, `${PASSWORD}-wrong`);
      assert.equal(await length(), undefined);
      const { stderr } = await server.stop();
      assert.match(stderr, /level=error .*The upstream does not take <secret>"/);
      assert.doesNotMatch(stderr, /correct-horse/);
    });

    it("hold secrets that no error shows", async () => {
      await Deno.writeTextFile(file(), `password:\n  ${PASSWORD}: 1\nmax_depth: ${PASSWORD}\n`);
      const { code, stdout, stderr } = await runToEnd(
        await commandOf([fileFlag(), `--password=${PASSWORD}`, `--max-depth=${PASSWORD}`]),
      );
      assert.equal(code, 2);
      assert.doesNotMatch(stdout + stderr, /correct-horse/);
    });
  });
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("Waited ten seconds for what did not come");
}
