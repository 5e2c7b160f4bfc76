import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { parseKstat, parsePoolIo, zfs } from "./zfs.ts";

const HEADING = "5 1 0x01 1 1 1 1\nname                            type data\n";

describe("parseKstat", () => {
  it("parseKstat() reads unsigned numbers, and the name of the data set with its spaces", () => {
    const { numbers, dataset } = parseKstat(`${HEADING}dataset_name 7 pool/my set\nhits 4 12\nsigned 3 -5\n`);
    assert.deepEqual([...numbers], [["hits", 12]]);
    assert.equal(dataset, "pool/my set");
  });

  it("parseKstat() rejects a file without heading, and a number that is none", () => {
    assert.throws(() => parseKstat("5 1\n"), {
      name: "SyntaxError",
      message: 'Cannot read /proc/spl/kstat/zfs/arcstats: line 2 is "", expected the heading name, type, data',
    });
    assert.throws(() => parseKstat(`${HEADING}hits 4 many\n`), /line 3 is "hits 4 many", expected a number at its end/);
  });
});

describe("parsePoolIo", () => {
  it("parsePoolIo() pairs names and numbers", () => {
    assert.deepEqual([...parsePoolIo("12 3\nnread nwritten\n1 2\n")], [["nread", 1], ["nwritten", 2]]);
    assert.equal(parsePoolIo("").size, 0);
  });

  it("parsePoolIo() rejects a truncated file", () => {
    assert.throws(() => parsePoolIo("nread nwritten\n1"), /line 2 is "1", expected 2 numbers/);
  });
});

describe("zfs", () => {
  it("zfs() leaves out files that are missing, and a pool that has vanished", async () => {
    const host = fakeHost({
      "/proc/spl/kstat/zfs/fm": `${HEADING}erpt-dropped 4 18\n`,
      "/proc/spl/kstat/zfs/gone": { entries: [] },
      "/proc/spl/kstat/zfs/pool/state": "SUSPENDED\n",
    });
    const lines = samples(await expose(zfs(host)));
    assert.ok(lines.includes("node_zfs_fm_erpt_dropped 18"));
    assert.ok(lines.includes('node_zfs_zpool_state{zpool="pool",state="online"} 0'));
    assert.equal(lines.length, 7);
  });
});
