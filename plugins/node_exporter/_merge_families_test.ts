import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseText } from "@exporterkit/core/exposition";
import { mergeFamilies } from "./_merge_families.ts";

describe("mergeFamilies", () => {
  it("mergeFamilies() takes the help of the first file that has one", () => {
    const { families, problems } = mergeFamilies(
      sources("a 1\n", '# HELP a One.\na{x="1"} 2\n', '# HELP a Two.\na{x="2"} 3\n'),
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(families.map(({ help, files, samples }) => [help, files, samples.length]), [
      ["One.", ["/1.prom", "/2.prom", "/3.prom"], 3],
    ]);
  });

  it("mergeFamilies() names the files where none has a help", () => {
    const { families } = mergeFamilies(sources("a 1\n", 'a{x="1"} 2\n'));
    assert.equal(families[0]!.help, "Read from /1.prom, /2.prom.");
  });

  it("mergeFamilies() leaves out a family of another type, and says so", () => {
    const { families, problems } = mergeFamilies(sources("# TYPE a gauge\na 1\n", '# TYPE a counter\na{x="1"} 2\n'));
    assert.equal(families[0]!.samples.length, 1);
    assert.deepEqual(problems, ['Cannot use metric "a" of /2.prom: its type is counter, gauge in /1.prom']);
  });

  it("mergeFamilies() leaves out a series that is there already, and says so", () => {
    const { families, problems } = mergeFamilies(
      sources('a{x="1",y=""} 1\n', 'a{y="",x="1"} 2\na{x="1"} 3\na{x="2"} 4\n'),
    );
    assert.deepEqual(families[0]!.samples.map(({ value }) => value), [1, 4]);
    assert.deepEqual(problems, ['Cannot use all of metric "a" of /2.prom: series a{"x":"1"} is there twice']);
  });

  it("mergeFamilies() forgets families without samples", () => {
    assert.deepEqual(mergeFamilies(sources("# TYPE a gauge\n")), { families: [], problems: [] });
  });
});

function sources(...texts: string[]) {
  return texts.map((text, i) => ({ path: `/${i + 1}.prom`, families: parseText(text) }));
}
