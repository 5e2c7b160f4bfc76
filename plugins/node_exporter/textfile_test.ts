import { defineExporter } from "@exporterkit/core";
import { RunningExporter } from "@exporterkit/core/http";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as v from "valibot";
import { expose, type FakeFile, fakeHost, samples, scraper } from "./_testing.ts";
import { settings } from "./settings.ts";
import { parseTextfile, textfile } from "./textfile.ts";

const SETTINGS = { collector: { textfile: { directory: ["/prom"] } } };

describe("parseTextfile", () => {
  it("parseTextfile() rejects timestamps", () => {
    assert.throws(() => parseTextfile("a 1\nb 2 1395066363000\n"), {
      name: "RangeError",
      message: 'sample "b" has timestamp 1395066363000, expected none in the whole file',
    });
  });
});

describe("textfile", () => {
  it("textfile() logs what it cannot use once, and again when it is back after a while", async () => {
    const files: Record<string, FakeFile> = { "/prom/a.prom": "a 1\n", "/prom/b.prom": "nonsense {\n" };
    const lines: string[] = [];
    const keep = (message: string) => void lines.push(message);
    const exporter = defineExporter({
      name: "node",
      version: "0.0.0",
      port: 9100,
      settings,
      collectors: { textfile: textfile(fakeHost(files)) },
    });
    await using running = new RunningExporter(exporter, {
      settings: v.parse(settings, SETTINGS),
      log: { error: keep, warn: keep, info: keep, debug: keep },
    });
    const scrape = async () => (await running.gather()).snapshots.forEach((snapshot) => snapshot.release());
    for (let i = 0; i < 3; i++) await scrape();
    assert.equal(lines.length, 1);
    assert.match(lines[0]!, /\/prom\/b\.prom/);
    files["/prom/b.prom"] = "b 2\n";
    await scrape();
    files["/prom/b.prom"] = "nonsense {\n";
    await scrape();
    assert.equal(lines.length, 2);
  });

  it("textfile() exposes all types as they are, and leaves out labels that a series lacks", async () => {
    const text = [
      "# HELP a_total Things, with a \\\\ and\\ntwo lines.",
      "# TYPE a_total counter",
      'a_total{x="1"} 5',
      'a_total{y="2",z=""} 6',
      "a_total 7",
      "# TYPE b gauge",
      "b -Inf",
      "# TYPE c histogram",
      'c_bucket{k="v",le="0.5"} 3',
      'c_bucket{k="v",le="+Inf"} 4',
      'c_sum{k="v"} 7',
      'c_count{k="v"} 4',
      "# TYPE d summary",
      'd{quantile="0.9"} NaN',
      "d_sum 7",
      "d_count 4",
      "e 1e+06",
      "",
    ];
    assert.equal(
      withoutMtime(await exposed({ "/prom/a.prom": text.join("\n"), "/prom/notes.txt": "no metrics" })),
      [
        "# HELP a_total Things, with a \\\\ and\\ntwo lines.",
        "# TYPE a_total counter",
        'a_total{x="1"} 5',
        'a_total{y="2"} 6',
        "a_total 7",
        "# HELP b Read from /prom/a.prom.",
        "# TYPE b gauge",
        "b -Inf",
        "# HELP c Read from /prom/a.prom.",
        "# TYPE c histogram",
        'c_bucket{k="v",le="0.5"} 3',
        'c_bucket{k="v",le="+Inf"} 4',
        'c_sum{k="v"} 7',
        'c_count{k="v"} 4',
        "# HELP d Read from /prom/a.prom.",
        "# TYPE d summary",
        'd{quantile="0.9"} NaN',
        "d_sum 7",
        "d_count 4",
        "# HELP e Read from /prom/a.prom.",
        "# TYPE e untyped",
        "e 1e+06",
        "node_textfile_scrape_error 0",
        "",
      ].join("\n"),
    );
  });

  it("textfile() exposes when a file was modified, in whole seconds", async () => {
    const exposition = await exposed({ "/prom/a.prom": { text: "", modifiedMs: 1_441_205_977_999 } });
    assert.deepEqual(samples(exposition), [
      'node_textfile_mtime_seconds{file="/prom/a.prom"} 1.441205977e+09',
      "node_textfile_scrape_error 0",
    ]);
  });

  const bad: Record<string, FakeFile> = {
    "is cut off": "b 1\nb",
    "has a timestamp": "b 1 1395066363000\n",
    "may not be read": { error: "EACCES" },
  };
  for (const [what, file] of Object.entries(bad)) {
    it(`textfile() says so when a file ${what}, and exposes the others`, async () => {
      const lines = samples(await exposed({ "/prom/a.prom": "a 1\n", "/prom/b.prom": file, "/prom/c.prom": "c 1\n" }));
      assert.deepEqual(lines, [
        "a 1",
        "c 1",
        'node_textfile_mtime_seconds{file="/prom/a.prom"} 0',
        'node_textfile_mtime_seconds{file="/prom/c.prom"} 0',
        "node_textfile_scrape_error 1",
      ]);
    });
  }

  it("textfile() passes over a file that went away meanwhile", async () => {
    const lines = samples(await exposed({ "/prom/a.prom": { error: "ENOENT" } }));
    assert.deepEqual(lines, ["node_textfile_scrape_error 0"]);
  });

  it("textfile() says so when a folder is not there or a pattern finds none", async () => {
    for (const directory of ["/none", "/none*"]) {
      const exposition = await expose(textfile(fakeHost({})), { collector: { textfile: { directory: [directory] } } });
      assert.deepEqual(samples(exposition), ["node_textfile_scrape_error 1"]);
    }
  });

  it("textfile() reads several folders, each once", async () => {
    const host = fakeHost({ "/prom/1/a.prom": "a 1\n", "/prom/2/a.prom": 'a{x="1"} 1\n' });
    const directory = ["/prom/*", "/prom/1"];
    const exposition = await expose(textfile(host), { collector: { textfile: { directory } } });
    assert.deepEqual(samples(exposition).filter((line) => line.startsWith("a")), ["a 1", 'a{x="1"} 1']);
    assert.match(exposition, /^node_textfile_scrape_error 0$/m);
  });

  it("textfile() reads nothing unless told where", async () => {
    assert.deepEqual(samples(await expose(textfile(fakeHost({})))), ["node_textfile_scrape_error 0"]);
  });

  it("textfile() exposes a series once, and says so", async () => {
    const lines = samples(await exposed({ "/prom/a.prom": 'a{x="1"} 1\na{x="1"} 2\n' }));
    assert.deepEqual(lines.filter((line) => !line.includes("mtime")), ['a{x="1"} 1', "node_textfile_scrape_error 1"]);
  });

  it("textfile() exposes as untyped what is not what its type says", async () => {
    const text = [
      "# TYPE a counter",
      "a -1",
      "# TYPE c histogram",
      'c_bucket{k="1",le="1"} 3',
      'c_bucket{k="1",le="+Inf"} 4',
      'c_sum{k="1"} 7',
      'c_count{k="1"} 4',
      'c_bucket{k="2",le="9"} 3',
      "# TYPE d summary",
      "d_sum 7",
      "",
    ];
    const exposition = await exposed({ "/prom/a.prom": text.join("\n") });
    assert.equal(exposition.match(/ untyped$/gm)?.length, 5);
    assert.deepEqual(samples(exposition).filter((line) => !line.startsWith("node_")).sort(), [
      "a -1",
      'c_bucket{k="1",le="+Inf"} 4',
      'c_bucket{k="1",le="1"} 3',
      'c_bucket{k="2",le="9"} 3',
      'c_count{k="1"} 4',
      'c_sum{k="1"} 7',
      "d_sum 7",
    ]);
  });

  it("textfile() passes a name on that is not one of the old alphabet, escaped as the reader asks", async () => {
    const lines = samples(await exposed({ "/prom/a.prom": '{"a.b"} 1\nc 1\n' }));
    assert.deepEqual(lines.filter((line) => !line.includes("mtime")), ["a_b 1", "c 1", "node_textfile_scrape_error 0"]);
  });

  it("textfile() lets a family change from one scrape to the next", async () => {
    const files: Record<string, FakeFile> = { "/prom/a.prom": "# TYPE a counter\na 1\n" };
    const scrape = scraper(textfile(fakeHost(files)), SETTINGS);
    assert.match(await scrape(), /^# TYPE a counter\na 1$/m);
    files["/prom/a.prom"] = '# TYPE a gauge\na{x="1"} 1\n';
    assert.match(await scrape(), /^# TYPE a gauge\na\{x="1"\} 1$/m);
    files["/prom/a.prom"] = "";
    assert.doesNotMatch(await scrape(), /^a/m);
  });
});

function exposed(files: Record<string, FakeFile>): Promise<string> {
  return expose(textfile(fakeHost(files)), SETTINGS);
}

function withoutMtime(exposition: string): string {
  return exposition.replace(/^.*node_textfile_mtime_seconds.*\n/gm, "").replace(
    /^# .*node_textfile_scrape_error.*\n/gm,
    "",
  );
}
