/** The JSON exporter beside the one it replaces: both run on this machine, with the same file, and ask the same API. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DOCUMENT, PARAMETERS, PATHS, TEMPLATES } from "../../plugins/json_exporter/_cases.ts";
import { type Answering, type Asked, startApi } from "../../plugins/json_exporter/_testing.ts";
import type { Json } from "../../plugins/json_exporter/json.ts";
import { needsOriginal, originalSource, type Probed, startOriginal, startOurs } from "./_json_exporter.ts";

/** What ours says besides the metrics of the module. */
const OWN = /^(?:json_metric_failures|json_scrape_collector_\w+|probe_success|probe_duration_seconds)$/;

describe("json exporter beside the original", needsOriginal(), () => {
  it("json exporter has the families, labels and values of the original, with the original's own files", async () => {
    const source = await originalSource();
    await using api = await startApi(({ url }, response) =>
      void Deno.readTextFile(`${source}${url}`).then((text) => response.end(text))
    );
    const cases: readonly [config: string, module: string, path: string, families: number][] = [
      ["examples/config.yml", "default", "examples/data.json", 5],
      ["examples/config.yml", "animals", "examples/animal-data.json", 1],
      ["test/config/good.yml", "default", "test/serve/good.json", 4],
    ];
    for (const [config, module, path, families] of cases) {
      await using pair = await startPair(`${source}/${config}`);
      const { theirs, ours, text } = await pair.probe({ module, target: `${api.url}/${path}` });
      assert.equal(Object.keys(theirs).length, families, `${config} ${module}`);
      assert.deepEqual(ours, theirs);
      if (config !== "test/config/good.yml") continue;
      assert.ok(text.startsWith(await Deno.readTextFile(`${source}/test/response/good.txt`)), text);
    }
  });

  it("json exporter reads paths as the original does", async () => {
    const metrics = PATHS.map(([path], i) => ({ name: `path_${i}`, path: "1", labels: { label: path } }));
    await using api = await startApi(DOCUMENT);
    await using pair = await pairOf({ default: { metrics } });
    const { theirs, ours } = await pair.probe({ target: api.url });
    const label = (families: Families, i: number) => {
      const text = /(?<==").*(?="\})/s.exec(families[`path_${i}`]!.samples[0]!)?.[0] ?? "";
      return text.replace(/\\(.)/gs, (_, letter) => letter === "n" ? "\n" : letter);
    };
    assert.deepEqual(PATHS.map(([path], i) => [path, label(ours, i)]), PATHS.map(([path, text]) => [path, text]));
    assert.deepEqual(
      PATHS.map(([path], i) => [path, label(theirs, i)]),
      PATHS.map(([path, text, otherwise = text]) => [path, otherwise]),
    );
  });

  it("json exporter takes the same for numbers, objects and timestamps", async () => {
    const values = { v: "{.v}" };
    const list = { type: "object", path: "{.list[*]}", labels: { id: "{.id}" }, values };
    const metrics = [
      { name: "timed", ...list, epochtimestamp: "{.t}", valuetype: "gauge" },
      { name: "static", type: "object", path: "{.list}", values: { one: 1, half: 0.5, yes: true } },
      { name: "member", type: "object", path: "{.object}", values: { v: "{.v}" }, help: "Of an object." },
      { name: "filtered", ...list, path: '{.list[?(@.id == "b")]}', valuetype: "counter" },
      { name: "null", path: "{.null}" },
      { name: "list", path: "{.list}" },
      { name: "missing", ...list, path: "{.nowhere[*]}" },
      { name: "empty", ...list, path: "{.empty[*]}" },
      { name: "twice", path: "{.one}", labels: { of: "one" } },
      { name: "twice", path: "{.two}", labels: { of: "two" } },
    ];
    const texts = "12 -1.5e3 true F NaN +Inf -inf 1e400 .5 5. x  1_000 '7' 1__0 _1 0x1F tRUE".split(" ");
    const more = texts.map((v) => ({ id: `text ${v}`, v, t: "1657568506123" }));
    const document: Json = {
      list: [{ id: "a", v: 1, t: 17 }, { id: "b", v: 2.5, t: "x" }, { id: "c" }, { id: "d", v: true }, {
        id: "e",
        v: null,
      }, ...more],
      object: { v: 123456789 },
      null: null,
      empty: [],
      one: 1,
      two: "2",
    };
    await using api = await startApi(document);
    await using pair = await pairOf({ default: { metrics } });
    const { theirs, ours } = await pair.probe({ target: api.url });
    assert.ok(theirs.timed_v!.samples.length > 10 && "twice" in theirs && !("missing_v" in theirs));
    // The original takes 17 for the seventeenth millisecond of 1970.
    assert.ok(theirs.timed_v!.samples.includes('{id="a"} 1 17'), theirs.timed_v!.samples.join("\n"));
    const same = (families: Families) =>
      JSON.parse(JSON.stringify(families).replaceAll('{id=\\"a\\"} 1 17', '{id=\\"a\\"} 1'));
    assert.deepEqual(same(ours), same(theirs));
  });

  it("json exporter tells apart what the original mixes up", async () => {
    const list = { type: "object", path: "{.list[*]}", labels: { id: "{.id}" }, values: { v: "{.v}" } };
    const metrics = [{ name: "large", ...list, epochTimestamp: "{.t}" }];
    await using api = await startApi({ list: [{ id: 1657568506, v: 1, t: 1657568506123 }] });
    await using pair = await pairOf({ default: { metrics } });
    const { theirs, ours } = await pair.probe({ target: api.url });
    assert.deepEqual(theirs.large_v!.samples, ['{id="1.657568506e+09"} 1']);
    assert.deepEqual(ours.large_v!.samples, ['{id="1657568506"} 1 1657568506123']);
    // Two samples with the same labels cost the original all metrics, also of other names.
    await using twice = await startApi({ list: [{ id: 1, v: 1 }, { id: 1, v: 2 }] });
    const [left, right] = await Promise.all(pair.both.map(({ probe }) => probe({ target: twice.url })));
    assert.equal(left!.status, 500);
    assert.match(right!.text, /^json_metric_failures\{metric="large_v"\} 3$[^]*^large_v\{id="1"\} 1$/m);
  });

  it("json exporter follows redirects also where nothing says so", async () => {
    await using api = await startApi(byPath);
    await using pair = await pairOf({ default: { metrics: [{ name: "a", path: "{.a}" }] } });
    const [theirs, ours] = await Promise.all(pair.both.map(({ probe }) => probe({ target: `${api.url}/302` })));
    assert.equal(theirs!.status, 503);
    assert.match(ours!.text, /^a 1$/m);
  });

  it("json exporter renders bodies as the original does", async () => {
    const metrics = [{ name: "a", path: "1" }];
    const bodies = TEMPLATES.map(([content]) => ({ content, templatize: true }));
    const modules = Object.fromEntries(bodies.map((body, i) => [`m${i}`, { metrics, body }]));
    await using api = await startApi({});
    await using pair = await pairOf(modules);
    const parameters = Object.entries(PARAMETERS).flatMap(([name, values]) =>
      values.map((value) => [name, value] as const)
    );
    for (const [i, [template, body]] of TEMPLATES.entries()) {
      for (const { probe } of pair.both) {
        await probe([["target", api.url], ["module", `m${i}`], ...parameters]);
        const asked = api.asked.pop();
        assert.deepEqual(
          [asked?.method, asked?.body, asked?.headers["content-type"]],
          ["POST", body, undefined],
          template,
        );
      }
    }
  });

  it("json exporter sends the headers of the original", async () => {
    const folder = await Deno.makeTempDir({ prefix: "exporterkit-json-" });
    try {
      await Deno.writeTextFile(`${folder}/password`, "fr0m-file\n");
      await Deno.writeTextFile(`${folder}/user`, "me\n");
      const clients: Record<string, object> = {
        none: {},
        basic: { basic_auth: { username: "me", password: "s3cr3t" } },
        file: { basic_auth: { username: "me", password_file: `${folder}/password` } },
        user: { basic_auth: { username_file: `${folder}/user`, password: "s3cr3t" } },
        authorization: { authorization: { credentials: "s3cr3t" } },
        token: { authorization: { type: "Token", credentials_file: `${folder}/password` } },
        bearer: { bearer_token: "s3cr3t" },
        bearer_file: { bearer_token_file: `${folder}/password` },
        headers: { http_headers: { "X-Own": { values: ["1", "2"], secrets: ["s3cr3t"] } } },
      };
      const metrics = [{ name: "a", path: "1" }];
      const headers = { "X-Dummy": "my-test-header" };
      const modules = Object.fromEntries(
        Object.entries(clients).map(([name, client]) => [name, { metrics, headers, http_client_config: client }]),
      );
      await using api = await startApi({});
      await using pair = await pairOf(modules);
      for (const module of Object.keys(clients)) {
        const sent: unknown[] = [];
        for (const { probe } of pair.both) {
          assert.equal((await probe({ target: api.url, module })).status, 200);
          sent.push(saidBy(api.asked.pop()!));
        }
        assert.deepEqual(sent[1], sent[0], module);
      }
      assert.doesNotMatch(pair.both[1]!.log(), /s3cr3t|fr0m-file/);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });

  it("json exporter takes status codes and redirects as the original does", async () => {
    const metrics = [{ name: "a", path: "{.a}" }];
    const modules = {
      default: { metrics, http_client_config: { follow_redirects: true } },
      stays: { metrics, http_client_config: { follow_redirects: false } },
      broken: { metrics, valid_status_codes: [404, 503] },
    };
    await using api = await startApi(byPath);
    await using pair = await pairOf(modules);
    for (const module of Object.keys(modules)) {
      for (const path of ["200", "204", "203", "302", "400", "404", "503"]) {
        const [theirs, ours] = await Promise.all(
          pair.both.map(({ probe }) => probe({ target: `${api.url}/${path}`, module })),
        );
        const success = Number(/^probe_success 1$/m.test(ours!.text));
        // An answer without a body is no failed request to the original, though it finds no metric in it.
        const expected = path === "204" ? 0 : Number(theirs!.status === 200);
        assert.deepEqual([module, path, success], [module, path, expected], ours!.text);
        assert.equal(/^a 1$/m.test(ours!.text), /^a 1$/m.test(theirs!.text), `${module} ${path}`);
      }
    }
  });

  it("json exporter takes what the file has without quotes as the original does", async () => {
    const folder = await Deno.makeTempDir({ prefix: "exporterkit-json-" });
    try {
      await Deno.writeTextFile(
        `${folder}/config.yml`,
        `modules:
  default:
    headers: { X-Version: 1.10, X-On: true }
    http_client_config: { basic_auth: { username: 0x1F, password: 0070 } }
    body: { content: 12.50 }
    metrics:
      - { name: a, path: 1.0, help: 2, labels: { version: 1.10, on: true, octal: 010 }, values: {} }
`,
      );
      await using api = await startApi({});
      await using pair = await startPair(`${folder}/config.yml`);
      const { theirs, ours } = await pair.probe({ target: api.url });
      assert.deepEqual(theirs, {
        a: { type: "untyped", help: "2", samples: ['{octal="010",on="true",version="1.10"} 1'] },
      });
      assert.deepEqual(ours, theirs);
      const [one, other] = api.asked.map(saidBy);
      assert.deepEqual(one, other);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });

  it("json exporter answers 400 where the original does", async () => {
    await using pair = await pairOf({ default: { metrics: [{ name: "a", path: "1" }] } });
    const queries: Record<string, string>[] = [{}, { target: "" }, { target: "http://10.0.0.1", module: "nope" }];
    for (const query of queries) {
      const [theirs, ours] = await Promise.all(pair.both.map(({ probe }) => probe(query)));
      assert.deepEqual([theirs!.status, ours!.status], [400, 400], JSON.stringify(query));
    }
  });
});

const byPath: Answering = ({ url }, response) => {
  const status = Number(url!.slice(1));
  response.writeHead(status, status === 302 ? { location: "/200" } : {}).end(status === 204 ? undefined : '{"a": 1}');
};

/** What a request says, without what depends on who sends it. */
function saidBy({ headers, ...rest }: Asked): unknown {
  const { host: _, connection: __, "user-agent": ___, "accept-encoding": ____, ...others } = headers;
  return { ...rest, headers: others };
}

/** Families by name: type and help, and all samples in order. */
type Families = Record<string, { readonly type: string; readonly help: string; readonly samples: readonly string[] }>;

interface Pair extends AsyncDisposable {
  /** The original, then ours. */
  readonly both: readonly Probed[];
  /** What both say of a target, and the text of ours. */
  probe(query: Record<string, string>): Promise<{ theirs: Families; ours: Families; text: string }>;
}

async function pairOf(modules: Readonly<Record<string, Json | object>>): Promise<Pair> {
  const folder = await Deno.makeTempDir({ prefix: "exporterkit-json-" });
  const file = `${folder}/config.yml`;
  // YAML takes JSON.
  await Deno.writeTextFile(file, JSON.stringify({ modules }));
  try {
    return await startPair(file);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function startPair(config: string): Promise<Pair> {
  const both = await Promise.all([startOriginal(config), startOurs(config)]);
  return {
    both,
    async probe(query) {
      const [theirs, ours] = await Promise.all(both.map(({ probe }) => probe(query)));
      assert.deepEqual([theirs!.status, ours!.status], [200, 200], `${theirs!.text}${ours!.text}`);
      return { theirs: readFamilies(theirs!.text), ours: readFamilies(ours!.text), text: ours!.text };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(both.map((one) => one[Symbol.asyncDispose]()));
    },
  };
}

/** The families of text 0.0.4, without those that an exporter says about itself. */
function readFamilies(text: string): Families {
  const families: Record<string, { type: string; help: string; samples: string[] }> = {};
  const helps = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, helped, help] = /^# HELP (\w+) (.*)$/.exec(line) ?? [];
    if (helped !== undefined) helps.set(helped, help!);
    const [, declared, type] = /^# TYPE (\w+) (\w+)$/.exec(line) ?? [];
    if (declared !== undefined && !OWN.test(declared)) {
      families[declared] = { type: type!, help: helps.get(declared)!, samples: [] };
    }
    const { name, labels = "", rest } = /^(?<name>\w+)(?:\{(?<labels>.*)\})? (?<rest>.+)$/.exec(line)?.groups ?? {};
    // An empty label means the same as none.
    const given = [...labels.matchAll(/\w+="(?:[^"\\]|\\.)*"/g)].map(([pair]) => pair).filter((pair) =>
      !pair.endsWith('=""')
    );
    if (name !== undefined && rest !== undefined) families[name]?.samples.push(`{${given.sort()}} ${rest}`);
  }
  for (const { samples } of Object.values(families)) samples.sort();
  return families;
}
