import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expandGlob } from "./_glob.ts";
import { fakeHost } from "./_testing.ts";

const HOST = fakeHost({
  "/srv/a1/metrics/x.prom": "",
  "/srv/a2/metrics/x.prom": "",
  "/srv/b1/metrics/x.prom": "",
  "/srv/a.c/metrics/x.prom": "",
  "/srv/[x]/metrics/x.prom": "",
  "/srv/secret": { error: "EACCES" },
  "/srv/file": "",
});

describe("expandGlob", () => {
  const cases: Record<string, string[]> = {
    "/srv/a1": ["/srv/a1"],
    "/srv/none": ["/srv/none"],
    "/srv/a*/metrics": ["/srv/a.c/metrics", "/srv/a1/metrics", "/srv/a2/metrics"],
    "/srv/a?": ["/srv/a1", "/srv/a2"],
    "/srv/[ab]1": ["/srv/a1", "/srv/b1"],
    "/srv/[^a]1": ["/srv/b1"],
    "/srv/a[0-9]": ["/srv/a1", "/srv/a2"],
    "/srv/\\[x\\]": ["/srv/[x]"],
    "/srv/[": [],
    "/srv/a.?": ["/srv/a.c"],
    "/srv/zz*": [],
    "/none/*": [],
    "/srv/secret/*": [],
    "/srv/file/*": [],
  };
  for (const [pattern, expected] of Object.entries(cases)) {
    it(`expandGlob() finds ${expected.length} paths for ${pattern}`, async () => {
      assert.deepEqual(await expandGlob(HOST, pattern), expected);
    });
  }
});
