import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { exporterOf, startApi } from "./_testing.ts";

const METRICS = [{ name: "a", path: "{.a}", valuetype: "gauge" }];

describe("document", () => {
  it("asks for JSON with the headers of the module, and gives its metrics", async () => {
    await using api = await startApi({ a: 1, list: [{ n: 2 }] });
    const metrics = [...METRICS, { name: "b", type: "object", path: "{.list[*]}", values: { n: "{.n}" } }];
    await using exporter = exporterOf({ modules: { default: { headers: { "X-Dummy": "test" }, metrics } } });
    assert.deepEqual(await exporter.probe({ target: `${api.url}/x?y=z` }), [
      "a 1",
      "b_n 2",
      'json_metric_failures{metric="a"} 0',
      'json_metric_failures{metric="b_n"} 0',
      "probe_success 1",
    ]);
    const [{ method, path, headers, body }] = api.asked as [typeof api.asked[0]];
    assert.deepEqual([method, path, body], ["GET", "/x?y=z", ""]);
    assert.deepEqual([headers.accept, headers["x-dummy"]], ["application/json", "test"]);
  });

  it("takes a target without scheme for http", async () => {
    await using api = await startApi({ a: 1 });
    await using exporter = exporterOf({ modules: { default: { metrics: METRICS } } });
    assert.ok((await exporter.probe({ target: api.url.replace("http://", "") })).includes("a 1"));
  });

  it("posts the body of the module, without a type that nobody asked for", async () => {
    await using api = await startApi({ a: 1 });
    const body = { content: '{"query": "{{ a }}"}' };
    const headers = { "content-type": "application/graphql", accept: "*/*" };
    await using exporter = exporterOf({
      modules: { plain: { metrics: METRICS, body }, typed: { metrics: METRICS, body, headers } },
    });
    for (const module of ["plain", "typed"]) await exporter.probe({ target: api.url, module });
    assert.deepEqual(
      api.asked.map(({ method, body, headers }) => [method, body, headers["content-type"], headers.accept]),
      [
        ["POST", '{"query": "{{ a }}"}', undefined, "application/json"],
        ["POST", '{"query": "{{ a }}"}', "application/graphql", "*/*"],
      ],
    );
  });

  it("renders the body with the parameters of the probe", async () => {
    await using api = await startApi({ a: 1 });
    const body = { content: '{"d": "{{ duration `95` }}", "v": "{{ .myVal | first }}"}', templatize: true };
    await using exporter = exporterOf({ modules: { default: { metrics: METRICS, body } } });
    const target = api.url;
    assert.ok((await exporter.probe({ target, myVal: "something" })).includes("probe_success 1"));
    assert.ok((await exporter.probe({ target, myVal: "else" })).includes("probe_success 1"));
    assert.deepEqual(await exporter.probe({ target }), [
      '503 Cannot read the target: error: Cannot render the body: the query has no parameter "myVal"',
    ]);
    assert.deepEqual(api.asked.map(({ body }) => body), [
      '{"d": "1m35s", "v": "something"}',
      '{"d": "1m35s", "v": "else"}',
    ]);
  });

  it("takes the status codes that the module lists, or else 2xx", async () => {
    await using api = await startApi(({ url }, response) => {
      response.writeHead(Number(url!.slice(1))).end('{"a": 1}');
    });
    const modules = { default: { metrics: METRICS }, broken: { metrics: METRICS, validStatusCodes: [503] } };
    await using exporter = exporterOf({ modules });
    for (const [module, status, success] of [["default", 203, 1], ["default", 503, 0], ["broken", 503, 1]] as const) {
      const lines = await exporter.probe({ target: `${api.url}/${status}`, module });
      const last = success === 1 ? /^probe_success 1$/ : new RegExp(`^503 .*its status is ${status} .*, expected`);
      assert.match(lines.at(-1)!, last, `${module} ${status}`);
    }
  });

  it("gives no metric of an answer that is no JSON", async () => {
    await using api = await startApi((_, response) => response.end("<html>"));
    await using exporter = exporterOf({ modules: { default: { metrics: METRICS } } });
    const [refusal = ""] = await exporter.probe({ target: api.url });
    assert.match(refusal, /^503 Cannot read the target: error: Cannot read the answer of type unknown as JSON: /);
  });

  it("is no success where nothing of the module can be read, and says how often", async () => {
    await using api = await startApi({ errors: [{ message: "no" }], data: null });
    const metrics = [{ name: "b", type: "object", path: "{.data.list[*]}", values: { n: "{.n}", m: "{.m}" } }];
    await using exporter = exporterOf({
      modules: { default: { metrics }, some: { metrics: [...metrics, ...METRICS] } },
    });
    assert.deepEqual(await exporter.probe({ target: api.url }), [
      'json_metric_failures{metric="b_n"} 1',
      'json_metric_failures{metric="b_m"} 1',
      "probe_success 0",
    ]);
    await using other = await startApi({ a: 1, data: {} });
    assert.deepEqual(await exporter.probe({ target: other.url, module: "some" }), [
      "a 1",
      'json_metric_failures{metric="b_n"} 1',
      'json_metric_failures{metric="b_m"} 1',
      'json_metric_failures{metric="a"} 0',
      "probe_success 1",
    ]);
  });

  it("is no success where a GraphQL API answers with errors, and shows what it answers beside them", async () => {
    await using api = await startApi({ data: { a: 1, list: null }, errors: [{ message: "no", path: ["list"] }] });
    const list = { name: "b", type: "object", path: "{.data.list[*]}", values: { n: "{.n}" } };
    await using exporter = exporterOf({ modules: { default: { metrics: [{ name: "a", path: "{.data.a}" }, list] } } });
    assert.deepEqual(await exporter.probe({ target: api.url }), [
      "a 1",
      'json_metric_failures{metric="a"} 0',
      'json_metric_failures{metric="b_n"} 0',
      "probe_success 0",
    ]);
  });

  it("says nothing of a document that no metric is read from", async () => {
    await using api = await startApi((_, response) => response.end());
    await using exporter = exporterOf({ modules: { default: {} } });
    assert.deepEqual(await exporter.probe({ target: api.url }), ["probe_success 1"]);
  });
});
