import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { type Choices, type RuntimeName, RUNTIMES, type TemplateName, TEMPLATES } from "./choices.ts";
import { type ProjectFiles, projectFiles } from "./project.ts";
import { readTemplates, type Templates } from "./templates.ts";

const templates = await readTemplates();
const CORE = { range: "^1.2.3", files: new Map() };
const RUNTIME_NAMES = Object.keys(RUNTIMES) as RuntimeName[];

describe("projectFiles()", () => {
  for (const runtime of RUNTIME_NAMES) {
    for (const template of Object.keys(TEMPLATES) as TemplateName[]) {
      describe(`for ${template} on ${runtime}`, () => {
        const files = projectOf({ template, runtime });

        it("has all that a project needs", () => {
          const ships = runtime === "workers" ? "wrangler.jsonc" : "Dockerfile";
          const manifest = runtime === "deno" ? "deno.json" : "package.json";
          const needed = [
            ".github/workflows/ci.yml",
            ".gitignore",
            "LICENSE",
            "README.md",
            "alerts.yml",
            "exporter.test.ts",
            "exporter.ts",
            "prometheus.yml",
            ships,
            manifest,
          ];
          assert.deepEqual(needed.filter((path) => !files.has(path)), []);
        });

        it("has no file that is a part of others, and no name that nothing stands for", () => {
          for (const [path, text] of files) {
            assert.doesNotMatch(path, /(?:^|\/)_/);
            assert.doesNotMatch(String(text), /\{\{\w/, path);
          }
        });

        it("runs in its workflow what its manifest has", () => {
          const { jobs } = parse(textOf(files, ".github/workflows/ci.yml"));
          const commands: string[] = jobs.ok.steps.flatMap(({ run }: { run?: string }) => run ?? []);
          const names = Object.keys(scriptsOf(files));
          const tasks = commands.slice(1).map((command) => command.split(" ").at(-1) ?? "");
          assert.deepEqual(tasks, ["check", "test", "build"]);
          assert.deepEqual(tasks.filter((task) => !names.includes(task)), []);
        });

        it("has a fake upstream if its test asks for one", () => {
          const isAsked = textOf(files, "exporter.test.ts").includes('"./fake_upstream.ts"');
          assert.equal(files.has("fake_upstream.ts"), isAsked);
        });

        it("needs what the other templates need", () => {
          assert.deepEqual(packagesOf(files), packagesOf(projectOf({ template: "http", runtime })));
        });
      });
    }
  }

  it("says the name as metrics, variables, alerts, programs and packages spell it", () => {
    const files = projectOf({ name: "mail_queue", template: "http", runtime: "node" });
    assert.match(textOf(files, "exporter.ts"), /gauge\("mail_queue_jobs_waiting"/);
    assert.match(textOf(files, "README.md"), /`MAIL_QUEUE_EXPORTER_URL`/);
    assert.match(textOf(files, "alerts.yml"), /alert: MailQueueUpstreamDown/);
    assert.match(textOf(files, "Dockerfile"), /mail_queue_exporter\.mjs/);
    assert.equal(JSON.parse(textOf(files, "package.json")).name, "mail-queue-exporter");
  });

  it("lets Deno link a framework that the project carries", () => {
    const core = { range: "^1.2.3", files: new Map([["vendor/core/a", new Uint8Array()]]), links: ["./vendor/core"] };
    const files = projectOf({ runtime: "deno" }, { core });
    const { links, imports } = JSON.parse(textOf(files, "deno.json"));
    assert.deepEqual(links, ["./vendor/core"]);
    assert.equal(imports["@exporterkit/core"], "npm:@exporterkit/core@^1.2.3");
    assert.ok(files.has("vendor/core/a"));
  });

  it("puts later layers above earlier ones, and fills in what they say", () => {
    const files = {
      "common/a.md": "{{about}}, on {{where}}",
      "common/b": "b",
      "common/c": "c",
      "runtimes/node/_facts.json": '{ "where": "Node" }',
      "http/_about.md": "{{name}}\n",
      "http/b": "",
      "http-node/c": "other",
      "http-deno/c": "never",
    };
    const made = projectOf({ runtime: "node", template: "http" }, { templates: { ...templates, files } });
    assert.deepEqual([...made], [["a.md", "queue, on Node"], ["c", "other"]]);
  });

  it("refuses a template that says what nothing stands for", () => {
    const files = { "common/a": "{{nothing}}" };
    assert.throws(() => projectOf({}, { templates: { ...templates, files } }), /nothing stands for \{\{nothing\}\}/);
  });
});

function projectOf(
  choices: Partial<Choices>,
  surroundings: { templates?: Templates; core?: Parameters<typeof projectFiles>[1]["core"] } = {},
): ProjectFiles {
  const all: Choices = { folder: "x", name: "queue", template: "http", runtime: "node", port: 9876, ...choices };
  return projectFiles(all, { templates, core: CORE, ...surroundings });
}

function textOf(files: ProjectFiles, path: string): string {
  return String(files.get(path));
}

function scriptsOf(files: ProjectFiles): object {
  return files.has("deno.json")
    ? JSON.parse(textOf(files, "deno.json")).tasks
    : JSON.parse(textOf(files, "package.json")).scripts;
}

function packagesOf(files: ProjectFiles): unknown {
  if (files.has("deno.json")) return JSON.parse(textOf(files, "deno.json")).imports;
  const { dependencies, devDependencies } = JSON.parse(textOf(files, "package.json"));
  return { dependencies, devDependencies };
}
