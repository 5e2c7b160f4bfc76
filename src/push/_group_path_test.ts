import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { groupPath } from "./_group_path.ts";

describe("groupPath()", () => {
  const paths: [job: string, grouping: Record<string, string | number>, path: string][] = [
    ["backup", {}, "/job/backup"],
    ["backup", { instance: "db1", shard: 7 }, "/job/backup/instance/db1/shard/7"],
    ["night/ly", {}, "/job@base64/bmlnaHQvbHk"],
    // The examples of the Pushgateway's own documentation.
    ["directory_cleaner", { path: "/var/tmp" }, "/job/directory_cleaner/path@base64/L3Zhci90bXA"],
    ["example", { first: "", second: "foobar" }, "/job/example/first@base64/=/second/foobar"],
    ["titan", { name: "Προμηθεύς" }, "/job/titan/name/%CE%A0%CF%81%CE%BF%CE%BC%CE%B7%CE%B8%CE%B5%CF%8D%CF%82"],
    // Base64 for URLs has other letters than + and /.
    ["a", { b: "/~~?" }, "/job/a/b@base64/L35-Pw"],
    ["a", { b: "/ÿ" }, "/job/a/b@base64/L8O_"],
    ["a", { b: "c d+e%2F" }, "/job/a/b/c%20d%2Be%252F"],
    [".", { b: ".." }, "/job@base64/Lg/b@base64/Li4"],
    ["...", { b: ".c" }, "/job/.../b/.c"],
  ];
  for (const [job, grouping, path] of paths) {
    it(`writes ${JSON.stringify({ job, ...grouping })} as the gateway reads it`, () => {
      assert.equal(groupPath(job, grouping), path);
    });
  }

  it("keeps its labels apart when it is taken for a URL", () => {
    const url = new URL("http://gateway/");
    url.pathname = groupPath("a?b", { c: "#d", e: "\\..\\" });
    assert.equal(url.href, "http://gateway/job/a%3Fb/c/%23d/e/%5C..%5C");
  });

  const errors: [job: string, grouping: Record<string, string>, message: RegExp][] = [
    ["", {}, /^Cannot name a group of metrics: job is "", expected a name$/],
    ["a", { job: "b" }, /its label "job" is the job/],
    ["a", { "": "b" }, /its label is "", expected letters/],
    ["a", { "b-c": "d" }, /its label is "b-c", expected letters/],
    ["a", { __b: "c" }, /its label is "__b", expected letters/],
    ["a", { b: "\ud800" }, /"b" is "\\ud800", expected Unicode$/],
  ];
  for (const [job, grouping, message] of errors) {
    it(`rejects ${JSON.stringify({ job, grouping })}`, () => {
      assert.throws(() => groupPath(job, grouping), { name: "TypeError", message });
    });
  }
});
