import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rename, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { keptLog, type MovedClock, movedClock } from "./_testing.ts";
import { TargetFiles } from "./target_files.ts";

const DAY_MS = 86_400_000;

describe("TargetFiles", () => {
  let folder: string;
  let clock: MovedClock;
  let log: ReturnType<typeof keptLog>;
  let files: TargetFiles;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "exporterkit-files-"));
    clock = movedClock();
    log = keptLog();
    files = new TargetFiles(folder, { forgetAfterMs: DAY_MS, clock, log });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function put(name: string, text: string): Promise<void> {
    await writeFile(join(folder, `${name}.draft`), text);
    await rename(join(folder, `${name}.draft`), join(folder, name));
  }
  async function targets(): Promise<string[]> {
    await files.look();
    return files.groups().flatMap(({ targets }) => targets);
  }

  it("are those of file_sd, in the order of their names", async () => {
    await put("c.json", '[{"targets":["c:1"],"labels":{"port":"1"}}]');
    await put("a.yml", "- targets: [a:1]\n  labels:\n    port: 1\n    ok: true\n- targets: ['b:1', b:2]\n");
    await put("d.YAML", "[]");
    await put("e.txt", "nothing of it");
    await put("f.json.tmp", "nothing of it");
    await files.look();
    assert.deepEqual(files.groups(), [
      { targets: ["a:1"], labels: { port: "1", ok: "true" } },
      { targets: ["b:1", "b:2"], labels: {} },
      { targets: ["c:1"], labels: { port: "1" } },
    ]);
    assert.deepEqual(files.counts, { good: 3, broken: 0, forgotten: 0 });
  });

  it("follow changes, and keep what a broken file said before", async () => {
    await put("a.json", '[{"targets":["a:1"]}]');
    await put("b.json", '[{"targets":["b:1"]}]');
    assert.deepEqual(await targets(), ["a:1", "b:1"]);
    await put("a.json", '[{"targets":["a:2"]}]');
    await rm(join(folder, "b.json"));
    await put("c.json", "[{");
    assert.deepEqual(await targets(), ["a:2"]);
    await put("a.json", '[{"target":["a:3"]}]');
    assert.deepEqual(await targets(), ["a:2"]);
    assert.deepEqual(await targets(), ["a:2"]);
    assert.deepEqual(files.counts, { good: 0, broken: 2, forgotten: 0 });
    await put("a.json", '[{"targets":["a:4"]}]');
    assert.deepEqual(await targets(), ["a:4"]);
    assert.equal(log.lines.length, 3, log.lines.join("\n"));
    assert.match(log.lines[0]!, /^Cannot read the target file; what it said before stays: .*JSON/);
    assert.match(log.lines[1]!, /: Cannot read target groups: group 1: unknown key "target"/);
    assert.equal(log.lines[2], "The target file can be read again");
  });

  it("say it once when the folder cannot be read, and keep what they knew", async () => {
    await put("a.json", '[{"targets":["a:1"]}]');
    assert.deepEqual(await targets(), ["a:1"]);
    await rename(folder, `${folder}.moved`);
    for (let i = 0; i < 3; i++) assert.deepEqual(await targets(), ["a:1"]);
    await rename(`${folder}.moved`, folder);
    assert.deepEqual(await targets(), ["a:1"]);
    assert.match(log.lines[0]!, /^Cannot read the folder of target files: ENOENT/);
    assert.deepEqual(log.lines.slice(1), ["The folder of target files can be read again"]);
  });

  it("forget an exporter that gives no sign of life, and nobody else", async () => {
    const labels = { __meta_exporterkit_exporter: "hello" };
    await put("dead.json", JSON.stringify([{ targets: ["dead:1"], labels }]));
    await put("live.json", JSON.stringify([{ targets: ["live:1"], labels }]));
    await put("static.json", '[{"targets":["static:1"]}]');
    assert.deepEqual(await targets(), ["dead:1", "live:1", "static:1"]);
    clock.pass(DAY_MS - 120_000);
    await utimes(join(folder, "live.json"), new Date(clock.now()), new Date(clock.now()));
    assert.deepEqual(await targets(), ["dead:1", "live:1", "static:1"]);
    clock.pass(180_000);
    assert.deepEqual(await targets(), ["live:1", "static:1"]);
    assert.deepEqual((await readdir(folder)).sort(), ["live.json", "static.json"]);
    assert.deepEqual(files.counts, { good: 2, broken: 0, forgotten: 1 });
    assert.deepEqual(log.lines, ["Forgotten: no sign of life for too long"]);
  });

  it("give an old file the time to show signs of life after a start", async () => {
    const labels = { __meta_exporterkit_exporter: "hello" };
    await put("old.json", JSON.stringify([{ targets: ["old:1"], labels }]));
    await utimes(join(folder, "old.json"), 1, 1);
    assert.deepEqual(await targets(), ["old:1"]);
    clock.pass(59_000);
    assert.deepEqual(await targets(), ["old:1"]);
    clock.pass(2000);
    assert.deepEqual(await targets(), []);
  });

  it("are not folders", async () => {
    await mkdir(join(folder, "a.json"));
    assert.deepEqual(await targets(), []);
    assert.deepEqual(files.counts, { good: 0, broken: 1, forgotten: 0 });
  });

  it("may be 10,000", async () => {
    const names = Array.from({ length: 10_000 }, (_, i) => i);
    for (let i = 0; i < names.length; i += 500) {
      await Promise.all(
        names.slice(i, i + 500).map((i) => writeFile(join(folder, `${i}.json`), `[{"targets":["h${i}:1"]}]`)),
      );
    }
    assert.equal(new Set(await targets()).size, 10_000);
    assert.deepEqual(files.counts, { good: 10_000, broken: 0, forgotten: 0 });
    assert.deepEqual(log.lines, []);
  });
});
