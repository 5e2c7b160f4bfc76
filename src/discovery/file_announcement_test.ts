import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { settled, watched } from "./_testing.ts";
import { announceInFile } from "./file_announcement.ts";
import { readTargetGroups } from "./target_group.ts";

const QUEUE = { exporter: "queue", address: "10.0.0.5:9876", labels: { job: "orders" } };
const PATH = "/sd/queue-10.0.0.5_9876.json";

function memory(entries: [string, string][] = []) {
  const texts = new Map(entries);
  const asked: string[] = [];
  return {
    texts,
    asked,
    write: (path: string, text: string) => Promise.resolve(void (asked.push("write"), texts.set(path, text))),
    touch: (path: string) => Promise.resolve((asked.push("touch"), texts.has(path))),
    remove: (path: string) => Promise.resolve(void (asked.push("remove"), texts.delete(path))),
  };
}

describe("announceInFile()", () => {
  for (const folder of ["/sd", "/sd/"]) {
    it(`writes a file of its own to ${folder}, over what an earlier life left there`, async () => {
      const files = memory([[PATH, "stale"], ["/sd/other.json", "[]"]]);
      const announcement = await announceInFile(QUEUE, { folder, files, ...watched() });
      assert.deepEqual(readTargetGroups(JSON.parse(files.texts.get(PATH)!)), [
        { targets: ["10.0.0.5:9876"], labels: { job: "orders", __meta_exporterkit_exporter: "queue" } },
      ]);
      await announcement.withdraw();
      assert.deepEqual([...files.texts.keys()], ["/sd/other.json"]);
    });
  }

  it("touches the file, and writes it again when somebody took it away", async () => {
    const watch = watched();
    const files = memory();
    await announceInFile(QUEUE, { folder: "/sd", files, ...watch });
    await settled(watch);
    const text = files.texts.get(PATH);
    files.texts.clear();
    await watch.beat();
    assert.equal(files.texts.get(PATH), text);
    await watch.beat();
    assert.deepEqual(files.asked, ["write", "touch", "touch", "write", "touch"]);
  });

  it("rejects when the file cannot be written, with the folder and the reason", async () => {
    const files = { ...memory(), write: () => Promise.reject(new Error("permission denied")) };
    await assert.rejects(announceInFile(QUEUE, { folder: "/sd", files }), {
      message: 'Cannot announce in the folder "/sd": permission denied; it has to exist, and this user has to be ' +
        "allowed to write there",
    });
  });
});
