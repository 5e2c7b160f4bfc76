import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { filefd, parseFileNr } from "./filefd.ts";

describe("parseFileNr", () => {
  it("parseFileNr() reads the first and the third number", () => {
    assert.deepEqual(parseFileNr("1024\t0\t1631329\n"), { allocated: 1024, maximum: 1631329 });
  });

  it("parseFileNr() rejects a truncated line", () => {
    assert.throws(() => parseFileNr("1024\t0"), {
      name: "SyntaxError",
      message: 'Cannot read /proc/sys/fs/file-nr: line 1 is "1024\t0", expected three numbers',
    });
  });
});

describe("filefd", () => {
  it("filefd() exposes both numbers", async () => {
    const exposition = await expose(filefd(fakeHost({ "/proc/sys/fs/file-nr": "1024\t0\t9223372036854775807\n" })));
    assert.deepEqual(samples(exposition), ["node_filefd_allocated 1024", "node_filefd_maximum 9.223372036854776e+18"]);
  });
});
