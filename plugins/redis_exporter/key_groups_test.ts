import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Command, RefusedError, type Reply } from "./redis.ts";
import { fakeRedis, samples } from "./_testing.ts";
import { keyGroups, largest, parsePatterns } from "./key_groups.ts";

describe("key_groups", () => {
  it("key_groups says 0 milliseconds where there are no groups", async () => {
    assert.deepEqual(await samples(keyGroups, fakeRedis({})), ["redis_last_key_groups_scrape_duration_milliseconds 0"]);
  });

  it("key_groups adds up the batches of each database", async () => {
    const pages: Readonly<Record<string, Reply>> = {
      "0": ["5", [["a", 2, 100], ["b", 1, 10]]],
      "5": ["0", [["a", 1, 50]]],
    };
    const asked: string[] = [];
    function send([name, ...args]: Command): Promise<Reply> {
      if (name === "SELECT") return Promise.resolve("OK");
      if (name !== "EVAL") throw new RefusedError(name, `ERR unknown command ${name}`);
      asked.push(args.slice(1).join(" "));
      return Promise.resolve(pages[args[2]!]!);
    }
    const redis = {
      ...fakeRedis({}, { databases: 1 }),
      withConnection: <T>(use: (c: { send: typeof send }) => T) => use({ send }),
    };
    const settings = { checkKeyGroups: '^(a).*$,"^(b),"', checkKeysBatchSize: 3 };
    const lines = await samples(keyGroups, redis as never, settings);
    assert.deepEqual(asked, ["0 0 3 ^(a).*$ ^(b),", "0 5 3 ^(a).*$ ^(b),"]);
    assert.deepEqual(lines.slice(0, 5), [
      'redis_key_group_count{db="db0",key_group="a"} 3',
      'redis_key_group_count{db="db0",key_group="b"} 1',
      'redis_key_group_memory_usage_bytes{db="db0",key_group="a"} 150',
      'redis_key_group_memory_usage_bytes{db="db0",key_group="b"} 10',
      lines[4],
    ]);
    assert.ok(lines.includes('redis_number_of_distinct_key_groups{db="db0"} 2'));
  });
});

describe("parsePatterns()", () => {
  const cases: [string, string[]][] = [
    ["", []],
    ["^(.*)$, ^.*:(.*)$", ["^(.*)$", "^.*:(.*)$"]],
    ['"a,b","say ""x""",', ["a,b", 'say "x"']],
  ];
  for (const [text, patterns] of cases) {
    it(`parsePatterns() reads ${JSON.stringify(text)}`, () => assert.deepEqual(parsePatterns(text), patterns));
  }
});

describe("largest()", () => {
  const groups = [["a", 1, 10], ["b", 2, 30], ["c", 3, 20]].map(([name, count, bytes]) => (
    { name: name as string, count: count as number, bytes: bytes as number }
  ));

  it("largest() names the groups that use most memory, and adds up the others", () => {
    assert.deepEqual(largest(groups, 1).map(({ name, count, bytes }) => [name, count, bytes]), [
      ["b", 2, 30],
      ["overflow", 4, 30],
    ]);
  });

  it("largest() names all where there is room", () => {
    assert.deepEqual(largest(groups, 3).map(({ name }) => name), ["b", "c", "a"]);
  });
});
