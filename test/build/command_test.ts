/** `exporterkit build` as people and scripts run it, from the installed package. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { installedProject } from "../_shared.ts";
import { buildProject, needsBuild, runExporterkit } from "./_project.ts";

describe("exporterkit build", needsBuild, () => {
  let out: string;
  before(async () => {
    out = await Deno.makeTempDir({ prefix: "exporterkit-command-" });
  });
  after(() => Deno.remove(out, { recursive: true }));

  it("sums up what it built, for people", async () => {
    const args = ["build", "hello.ts", "--preset", "node,kubernetes", "--preset=systemd", "--out", out];
    const { code, stdout, stderr } = await runExporterkit(await buildProject(), args);
    assert.deepEqual([code, stderr], [0, ""]);
    const [header, node, kubernetes, systemd, blank, note] = stdout.split("\n");
    assert.match(header ?? "", /^preset +file +size +gzip +sha256 +start$/);
    assert.match(
      node ?? "",
      /^node +\S+\/node\/hello_exporter\.mjs +[\d.]+ kB +[\d.]+ kB +[\da-f]{12} +node --max-semi-space-size=4 \S+ --permission /,
    );
    assert.match(kubernetes ?? "", /^kubernetes .* kubectl apply -f hello-exporter\.yaml$/);
    assert.match(systemd ?? "", /^systemd /);
    assert.deepEqual([blank, note?.startsWith("kubernetes: it runs the image hello-exporter:1.0.0,")], ["", true]);
  });

  it("says on a terminal what it is at, and wipes that away", async () => {
    const project = await buildProject();
    const line = `${project}/node_modules/.bin/exporterkit build hello.ts --preset=node,systemd --out=${out}`;
    const { stdout } = await new Deno.Command("script", { args: ["-qec", line, "/dev/null"], cwd: project }).output();
    const said = new TextDecoder().decode(stdout);
    const progress = said.slice(0, said.indexOf("preset "));
    assert.equal(
      progress.replaceAll("\r\x1b[K", "|").replace(/\|+$/, "|"),
      "|Building node (1 of 2)|Building systemd (2 of 2)|",
    );
  });

  it("tells scripts the whole of it as JSON, whatever its length", async () => {
    const args = [
      "build",
      "node_modules/@exporterkit/node-exporter/exporter.js",
      "--preset=node,systemd",
      `--out=${out}`,
    ];
    const { stdout } = await runExporterkit(await buildProject(), [...args, "--json"]);
    const artifacts = JSON.parse(stdout);
    assert.deepEqual(artifacts.map(({ preset }: { preset: string }) => preset), ["node", "systemd"]);
    for (const { folder, notes: _, gzipBytes, ...artifact } of artifacts) {
      assert.ok(gzipBytes < artifact.bytes);
      assert.deepEqual(JSON.parse(await Deno.readTextFile(`${folder}/artifact.json`)), artifact);
    }
  });

  it("names the image that it is told to", async () => {
    const args = ["build", "hello.ts", "--preset=kubernetes", "--image=registry/hello:2", `--out=${out}`];
    await runExporterkit(await buildProject(), args);
    assert.match(await Deno.readTextFile(`${out}/kubernetes/hello-exporter.yaml`), /image: registry\/hello:2$/m);
  });

  const wrong: [args: string[], problem: RegExp][] = [
    [["build"], /^exporterkit build: which file\? /],
    [["build", "hello.ts"], /^exporterkit build: for which preset\? Name some of node, bun, deno, workers, /],
    [["build", "hello.ts", "--preset=windows"], /^exporterkit build: there is no preset "windows", only node, bun, /],
    [
      ["build", "hello.ts", "other.ts", "--preset=node"],
      /^exporterkit build: one file at a time, got hello\.ts, other\.ts/,
    ],
    [["build", "hello.ts", "--presets=node"], /^exporterkit build: Unknown option '--presets'/],
    [["bild"], /^exporterkit: there is no command "bild", only create, run, check, build, docs, discover/],
    [[], /^$/],
  ];
  for (const [args, problem] of wrong) {
    it(`ends with status 2 on: exporterkit ${args.join(" ")}`, async () => {
      const { code, stderr } = await runExporterkit(await buildProject(), args);
      assert.equal(code, 2);
      assert.match(stderr, problem);
    });
  }

  it("ends with status 1 when it cannot build, and says why", async () => {
    const { code, stdout, stderr } = await runExporterkit(await buildProject(), [
      "build",
      "absent.ts",
      "--preset=node",
    ]);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /^exporterkit build: Cannot bundle \S+absent\.ts: /);
  });

  it("says what to install where there is no esbuild", async () => {
    const { folder } = await installedProject();
    const { code, stderr } = await runExporterkit(folder, ["build", "hello.ts", "--preset=node"]);
    assert.equal(code, 1);
    assert.match(stderr, /^exporterkit build: Cannot bundle: esbuild .*: npm install --save-dev esbuild/);
  });

  it("explains itself", async () => {
    const project = await buildProject();
    const [overview, build] = [
      await runExporterkit(project, ["--help"]),
      await runExporterkit(project, ["build", "-h"]),
    ];
    assert.deepEqual([overview.code, build.code], [0, 0]);
    assert.match(overview.stdout, /^Usage: exporterkit COMMAND[^]*^ {2}build +make an exporter /m);
    for (const option of ["--preset", "--out", "--image", "--kv-id", "--json", "workers ", "systemd "]) {
      assert.ok(build.stdout.includes(`  ${option}`), `${option} is not explained`);
    }
  });
});
