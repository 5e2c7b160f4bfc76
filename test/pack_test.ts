import { before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { isBuiltin } from "node:module";
import { fileURLToPath } from "node:url";
import { type Member, readMembers } from "../src/build/pack.ts";
import { type PackageFiles, type PackageJson, readTarball } from "../src/build/package_files.ts";
import { bareSpecifiers, packageOf } from "../src/build/specifiers.ts";
import { runToEnd } from "./_process.ts";
import { machinePath, needsProgram } from "./_programs.ts";
import { installedProject, packedTarballs } from "./_shared.ts";

const ROOT = new URL("../", import.meta.url);

const members = await readMembers(ROOT);

/** The modules that a runtime brings along, by their prefix; Node's are known to Node. */
const RUNTIME_PREFIXES = ["bun:", "cloudflare:"];

for (const member of members) {
  describe(`the tarball of ${member.name}`, () => {
    let files: PackageFiles;
    let manifest: PackageJson;
    before(async () => {
      files = await packedFiles(member.name);
      manifest = JSON.parse(files.get("package.json") ?? "");
    });

    it("exports what deno.json exports", () => {
      const packed = Object.entries(manifest.exports ?? {}).map(([subpath, { default: path = "" }]) => [subpath, path]);
      assert.deepEqual(packed, Object.entries(member.exports).map(([subpath, path]) => [subpath, toJs(path)]));
    });

    it("has code and types for every export", () => {
      for (const [subpath, { types = "", default: code = "" }] of Object.entries(manifest.exports ?? {})) {
        assert.ok(files.has(code.slice(2)), `${subpath} leads to ${code}`);
        assert.ok(files.has(types.slice(2)), `${subpath} has no types`);
      }
    });

    it("has its name, version, readme and licence", async () => {
      assert.deepEqual([manifest.name, manifest.version, manifest.type], [member.name, member.version, "module"]);
      assert.equal(manifest.license, "Apache-2.0");
      assert.match(files.get("LICENSE") ?? "", /Apache License/);
      assert.equal(files.get("README.md"), await Deno.readTextFile(new URL("README.md", member.folder)));
    });

    it("holds nothing but code, declarations and these", () => {
      const others = [...files.keys()].filter((path) => !/\.js$|\.d\.ts$/.test(path));
      const known = ["CHANGELOG.md", "LICENSE", "README.md", "package.json", "prom-client/package.json"];
      assert.deepEqual(others.filter((path) => !known.includes(path)), []);
    });

    it("holds no test and no path of this machine", () => {
      const root = members[0]?.folder.pathname ?? "";
      for (const [path, text] of files) {
        assert.doesNotMatch(path, /_test\.|_bench\.|testdata|^test\//);
        assert.ok(!text.includes(root), `${path} names ${root}`);
      }
    });

    it("lists every dependency, and none that it does not import", () => {
      const imported = new Set<string>();
      for (const [path, text] of files) {
        if (!/\.js$|\.d\.ts$/.test(path)) continue;
        for (const specifier of bareSpecifiers(text)) {
          if (isBuiltin(specifier) || RUNTIME_PREFIXES.some((prefix) => specifier.startsWith(prefix))) continue;
          if (specifier.startsWith("#")) assert.ok(specifier in (manifest.imports ?? {}), `${path}: ${specifier}`);
          else if (packageOf(specifier) !== member.name) imported.add(packageOf(specifier));
        }
      }
      const peers = Object.keys(manifest.peerDependencies ?? {});
      assert.deepEqual([...Object.keys(manifest.dependencies ?? {}), ...peers].sort(), [...imported].sort());
    });

    it("depends on the versions that deno.json and the workspace have", () => {
      const ranges = new Map(Object.entries(members[0]?.imports ?? {}));
      for (const [name, range] of Object.entries({ ...manifest.dependencies, ...manifest.peerDependencies })) {
        const other: Member | undefined = members.find((candidate) => candidate.name === name);
        if (other) assert.equal(range, `^${other.version}`);
        else assert.equal(`npm:${name}@${range}`, member.imports[name] ?? ranges.get(name));
      }
    });

    if (!member.isRoot) {
      it("is a program named after the package", () => {
        const name = member.name.split("/").at(-1) ?? "";
        const path = manifest.bin?.[name] ?? "";
        assert.deepEqual(Object.keys(manifest.bin ?? {}), [name]);
        assert.match(files.get(path) ?? "", /^#!\/usr\/bin\/env node\n/);
      });
    }
  });
}

describe("the command of @exporterkit/core", () => {
  let files: PackageFiles;
  let manifest: PackageJson;
  before(async () => {
    files = await packedFiles("@exporterkit/core");
    manifest = JSON.parse(files.get("package.json") ?? "");
  });

  it("is a program", () => {
    assert.deepEqual(manifest.bin, { exporterkit: "src/cli/main.js" });
    assert.match(files.get("src/cli/main.js") ?? "", /^#!\/usr\/bin\/env node\n/);
  });

  it("holds all that it asks new projects with in one file", () => {
    assert.deepEqual([...files.keys()].filter((path) => path.includes("create")), ["src/cli/commands/create.js"]);
  });

  it("leaves it to whoever builds to install esbuild", () => {
    assert.deepEqual(Object.keys(manifest.peerDependencies ?? {}), ["esbuild"]);
    assert.deepEqual(manifest.peerDependenciesMeta, { esbuild: { optional: true } });
    assert.equal("esbuild" in (manifest.dependencies ?? {}), false);
  });
});

describe("the tarball of create-exporter", () => {
  let files: PackageFiles;
  let manifest: PackageJson;
  before(async () => {
    files = await packedFiles("create-exporter");
    manifest = JSON.parse(files.get("package.json") ?? "");
  });

  it("is one program that needs no other package", () => {
    assert.deepEqual([...files.keys()].sort(), ["LICENSE", "README.md", "create-exporter.js", "package.json"]);
    assert.deepEqual(manifest.bin, { "create-exporter": "create-exporter.js" });
    const program = files.get("create-exporter.js") ?? "";
    assert.match(program, /^#!\/usr\/bin\/env node\n/);
    assert.deepEqual(bareSpecifiers(program).filter((specifier) => !isBuiltin(specifier)), []);
    assert.equal(manifest.dependencies, undefined);
  });

  it("has the version of the framework, and the licence", async () => {
    assert.equal(manifest.version, members[0]?.version);
    assert.equal(files.get("LICENSE"), await Deno.readTextFile(new URL("LICENSE", ROOT)));
  });

  it("carries the licences of what is bundled, and no path of this machine", () => {
    const program = files.get("create-exporter.js") ?? "";
    const carried = program.slice(program.lastIndexOf("This file contains parts of:"));
    for (const name of ["@clack/core", "@clack/prompts", "nanotar", "sisteransi"]) {
      assert.match(carried, new RegExp(`^${name}\\n\\n(?:.*\\n){1,4}?.*(?:MIT|Copyright)`, "m"));
    }
    assert.ok(!program.includes(members[0]?.folder.pathname ?? ""));
  });
});

describe("what JSR gets of @exporterkit/core", () => {
  let said: string;
  before(async () => {
    // It packs and checks as a publication does, and sends nothing.
    const args = ["publish", "--dry-run", "--allow-dirty"];
    const { code, stdout, stderr } = await runToEnd({ path: Deno.execPath(), args, cwd: fileURLToPath(ROOT) }, 120_000);
    said = stdout + stderr;
    assert.equal(code, 0, said);
  });

  it("is complained of in one point: exporters are loaded from where they are", () => {
    const complaints = said.match(/^(?:warning|error)\[.*\n.*/gm) ?? [];
    assert.equal(complaints.length, 1, complaints.join("\n"));
    assert.match(complaints[0] ?? "", /unanalyzable-dynamic-import.*\n.*src\/build\/read_exporter\.ts:/);
  });

  it("is its sources and what explains them", () => {
    const paths = [...said.matchAll(/^ +file:\/\/(\S+) \(/gm)].map(([, path = ""]) => path.slice(ROOT.pathname.length));
    const others = paths.filter((path) => !/^src\/.*\.ts$/.test(path));
    assert.deepEqual(others.sort(), ["CHANGELOG.md", "LICENSE", "README.md", "deno.json"]);
    assert.deepEqual(
      paths.filter((path) => /_test\.|_bench\.|_testing\.|testdata|templates\/|\/pack\.ts/.test(path)),
      [],
    );
    assert.ok(paths.includes("src/mod.ts"));
  });
});

describe("the CommonJS build of ./prom-client", () => {
  it("loads without require() and without a process", async () => {
    const code = (await packedFiles("@exporterkit/core")).get("prom-client/index.js") ?? "";
    const module: { exports: Record<string, unknown> } = { exports: {} };
    new Function("module", "exports", "require", "process", code)(module, module.exports);
    assert.equal(typeof module.exports.Counter, "function");
  });

  it("comes before the ES module among the conditions", async () => {
    const { exports }: PackageJson = JSON.parse((await packedFiles("@exporterkit/core")).get("package.json") ?? "");
    assert.deepEqual(Object.entries(exports?.["./prom-client"] ?? {}), [
      ["types", "./prom-client/index.d.ts"],
      ["require", "./prom-client/index.js"],
      ["import", "./src/prom_client/mod.js"],
      ["default", "./src/prom_client/mod.js"],
    ]);
  });
});

describe("the tarball of @exporterkit/prom-client", () => {
  it("depends on the framework of its own version and on nothing else", async () => {
    const { version, dependencies }: PackageJson = JSON.parse(
      (await packedFiles("@exporterkit/prom-client")).get("package.json") ?? "",
    );
    assert.equal(version, members[0]?.version);
    assert.deepEqual(dependencies, { "@exporterkit/core": `^${version}` });
  });

  it("has a readme and the licence", async () => {
    const files = await packedFiles("@exporterkit/prom-client");
    assert.match(files.get("README.md") ?? "", /^# @exporterkit\/prom-client\n/);
    assert.equal(files.get("LICENSE"), await Deno.readTextFile(new URL("LICENSE", ROOT)));
  });
});

describe("the installed packages", needsProgram("npm", "https://nodejs.org/en/download"), () => {
  it("give TypeScript the types of an exporter", async () => {
    assert.deepEqual(await typeErrors("hello.ts"), []);
  });

  it("give TypeScript the label names of an instrument", async () => {
    const { folder } = await installedProject();
    const source = `import { counter } from "@exporterkit/core";
import { Registry } from "@exporterkit/core/metrics";
const jobs = new Registry().add(counter("jobs_total", "Jobs done.", ["queue"]));
jobs.inc({ queue: "mail" });
jobs.inc({ quue: "mail" });
`;
    await Deno.writeTextFile(`${folder}/wrong_label.ts`, source);
    const errors = await typeErrors("wrong_label.ts");
    assert.equal(errors.length, 1, errors.join("\n"));
    assert.match(errors[0] ?? "", /quue/);
  });
});

for (const member of members.filter(({ isRoot }) => !isRoot)) {
  const program = member.name.split("/").at(-1) ?? "";
  describe(`the program ${program}`, needsProgram(["node", "npm"], "https://nodejs.org/en/download"), () => {
    // npm links to it, and Node before 24.2 cannot simply tell which file is the program.
    it("says its version when it is started through npm's link", async () => {
      const { folder } = await installedProject();
      const path = `${folder}/node_modules/.bin/${program}`;
      const { code, stdout, stderr } = await runToEnd({ path, args: ["--version"], env: { PATH: machinePath() } });
      assert.equal(code, 0, stderr);
      assert.match(stdout, new RegExp(`\\b${member.version.replaceAll(".", "\\.")}$`, "m"));
    });
  });
}

async function packedFiles(name: string): Promise<PackageFiles> {
  const tarball = (await packedTarballs()).find((candidate) => candidate.name === name);
  assert.ok(tarball, `${name} is not packed`);
  return await readTarball(tarball.path);
}

/** Checks a file of the installed project as an editor would: against the declarations in `node_modules`. */
async function typeErrors(file: string): Promise<string[]> {
  const { folder } = await installedProject();
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--node-modules-dir=manual", file],
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  if (success) return [];
  const text = new TextDecoder().decode(stderr);
  const errors = text.split(/\n(?=TS\d+ \[ERROR\])/).filter((part) => /^TS\d+ \[ERROR\]/.test(part));
  return errors.length > 0 ? errors : [text];
}

function toJs(path: string): string {
  return path.replace(/\.ts$/, ".js");
}
