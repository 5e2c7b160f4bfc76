/** The commands of `exporterkit` beside `build`, from the installed package on the Node of this machine. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { buildProject, needsBuild, runExporterkit } from "./build/_project.ts";
import { ask } from "./_http.ts";
import { type Ending, startServer } from "./_process.ts";

/** An exporter with a collector that fails, a name that breaks a rule, and an upstream that is down. */
const POOR = `import { defineExporter, gauge, serve } from "@exporterkit/core";

const exporter = defineExporter({
  name: "poor",
  version: "1.0.0",
  port: 1,
  permissions: {},
  check() {
    throw new Error("nobody there");
  },
  collectors: {
    good: {
      help: "Works.",
      metrics: { age: gauge("poor_age_minutes", "Age."), count: gauge("poor_count_total", "Count.") },
      collect({ metrics }) {
        metrics.age.set(1);
      },
    },
    bad: {
      help: "Fails.",
      collect() {
        throw new Error("no luck");
      },
    },
  },
});

export default serve(exporter, import.meta);
`;

describe("exporterkit", needsBuild, () => {
  let folder: string;
  before(async () => {
    folder = await Deno.makeTempDir({ dir: await buildProject(), prefix: "cli-" });
    await Deno.writeTextFile(`${folder}/poor.ts`, POOR);
  });
  after(() => Deno.remove(folder, { recursive: true }));

  async function exporterkit(...args: string[]): Promise<Ending> {
    return await runExporterkit(await buildProject(), args);
  }

  it("run starts an exporter, passes on what asks it to end, and ends as it does", async () => {
    const project = await buildProject();
    const path = `${project}/node_modules/.bin/exporterkit`;
    const args = ["run", "hello.ts", "--web.listen-address=127.0.0.1:0", "--names=you"];
    await using server = await startServer({ path, args, cwd: project });
    assert.match((await ask(`${server.url}/metrics`)).text, /^hello_greeting_length_bytes\{name="you"\} 11$/m);
    const { code, stderr } = await server.stop();
    assert.equal(code, 0);
    assert.match(stderr, /msg="Stopping: /);
    const wrong = await exporterkit("run", "hello.ts", "--nmes=you");
    assert.deepEqual([wrong.code, wrong.stderr.split("\n")[0]], [2, "Unknown flag --nmes, did you mean --names?"]);
  });

  it("run shows the help of the exporter behind --, and its own before", async () => {
    assert.match((await exporterkit("run", "hello.ts", "--", "--help")).stdout, /^hello exporter 1\.0\.0$/m);
    assert.match((await exporterkit("run", "hello.ts", "--help")).stdout, /^Usage: exporterkit run FILE/);
  });

  it("check finds no fault with hello, and says what a scrape gave", async () => {
    const { code, stdout, stderr } = await exporterkit("check", "hello.ts", "--names=a", "--names=b", "--names=c");
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /^ +collector +series +time\nok +greeting +3 +[\d.]+ ms\n$/);
  });

  it("check tells what fails, what is named badly and that the upstream is down", async () => {
    const { code, stdout } = await exporterkit("check", `${folder}/poor.ts`);
    assert.equal(code, 1);
    assert.match(stdout, /^ok +good +1 /m);
    assert.match(stdout, /^failed +bad +0 /m);
    assert.match(stdout, /^poor_up is 0: the upstream was not reached$/m);
    assert.match(stdout, /no luck/);
    assert.match(stdout, /^poor_age_minutes: use base unit "seconds" instead of "minutes" \(base-unit\)$/m);
  });

  it("check ends with status 2 if the settings are wrong, and 1 if the exporter cannot start", async () => {
    const wrong = await exporterkit("check", "hello.ts", "--nmes=you");
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /^Unknown flag --nmes, did you mean --names\?$/m);
    const busy = await exporterkit("check", "hello.ts", "--web.listen-address=nowhere.invalid:1");
    assert.equal(busy.code, 1);
    assert.match(busy.stderr, /Cannot listen on nowhere\.invalid:1/);
  });

  it("docs prints the settings and the metrics that are declared", async () => {
    const { code, stdout } = await exporterkit("docs", "hello.ts");
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^\| `--names` \| `HELLO_EXPORTER_NAMES` \| string, repeatable +\| `\["world","Prometheus"\]` /m,
    );
    assert.match(
      stdout,
      /^\| `hello_greeting_length_bytes` \| gauge +\| name +\| Length of a greeting in UTF-8\. \|$/m,
    );
    assert.doesNotMatch((await exporterkit("docs", `${folder}/poor.ts`)).stdout, /flag/);
  });

  it("docs prints the JSON Schema of the settings file", async () => {
    const { stdout } = await exporterkit("docs", "hello.ts", "--schema");
    assert.equal(JSON.parse(stdout).properties.names.type, "array");
  });

  it("create makes a project, and needs no package for it", async () => {
    const { code, stdout, stderr } = await exporterkit("create", `${folder}/mail-exporter`, "--yes", "--runtime=bun");
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /^The http exporter mail is in .*mail-exporter\. Next:$/m);
    assert.match(await Deno.readTextFile(`${folder}/mail-exporter/exporter.ts`), /gauge\("mail_jobs_waiting"/);
    await assert.rejects(Deno.stat(`${await buildProject()}/node_modules/@clack`), Deno.errors.NotFound);
  });

  it("create says what is missing as every command says it", async () => {
    const { code, stderr } = await exporterkit("create", `${folder}/other`, "--runtime=bun");
    assert.equal(code, 2);
    assert.match(stderr, /^exporterkit create: --template is missing, [^]*See exporterkit create --help\n$/);
    assert.match((await exporterkit("create", "--help")).stdout, /^Usage: exporterkit create \[FOLDER\]/);
  });

  for (const command of ["run", "check", "docs"]) {
    it(`${command} asks for a file`, async () => {
      const { code, stderr } = await exporterkit(command);
      assert.equal(code, 2);
      assert.match(stderr, new RegExp(`^exporterkit ${command}: which file\\? [^]*See exporterkit ${command} --help`));
    });
  }
});
