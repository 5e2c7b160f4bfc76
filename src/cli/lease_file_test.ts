import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { type KeptLease, LeaseFile, readLeases } from "./lease_file.ts";

function lease(id: string): KeptLease {
  return { id, group: { targets: [`${id}:1`], labels: { job: id } }, ttlMs: 60_000, renewedAtMs: 1_700_000_000_000 };
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "exporterkit-leases-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("LeaseFile", () => {
  it("keeps what readLeases() reads, in a folder that it makes", async () => {
    const data = join(folder, "a", "b");
    assert.deepEqual(await readLeases(data), []);
    await new LeaseFile(data, () => [lease("x"), lease("y")]).save();
    assert.deepEqual(await readLeases(data), [lease("x"), lease("y")]);
    assert.deepEqual(await readdir(data), ["registrations.json"]);
  });

  it("has saved what was there when it was asked, however many ask at once", async () => {
    const leases: KeptLease[] = [];
    const file = new LeaseFile(folder, () => leases);
    const missing = await Promise.all(Array.from({ length: 300 }, async (_, i) => {
      leases.push(lease(`n${i}`));
      await file.save();
      return !(await readFile(join(folder, "registrations.json"), "utf8")).includes(`"n${i}"`);
    }));
    assert.equal(missing.filter(Boolean).length, 0);
    assert.equal((await readLeases(folder)).length, 300);
  });

  it("rejects where it cannot write, and goes on when it can again", async () => {
    const place = join(folder, "data");
    await writeFile(place, "in the way");
    const file = new LeaseFile(place, () => [lease("x")]);
    await assert.rejects(file.save());
    await rm(place);
    await file.save();
    assert.equal((await readLeases(place)).length, 1);
  });
});

describe("readLeases()", () => {
  const broken: [string, RegExp][] = [
    ["{", /JSON.*; repair the file, or move it away$/s],
    ["{}", /"leases" is missing, expected a list/],
    ['{"leases":[null]}', /lease 1: expected "id", "ttlMs" and "renewedAtMs"/],
    ['{"leases":[{"id":"a","ttlMs":1,"renewedAtMs":1,"group":{}}]}', /lease "a": "targets" is missing/],
  ];
  for (const [text, message] of broken) {
    it(`refuses ${text}`, async () => {
      await writeFile(join(folder, "registrations.json"), text);
      await assert.rejects(readLeases(folder), message);
    });
  }
});
