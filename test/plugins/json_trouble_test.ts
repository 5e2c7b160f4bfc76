/** What the JSON exporter says of targets in trouble, beside what the one that it replaces does. */
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { ask } from "../_http.ts";
import { needsOriginal, type Probed, startOriginal, startOurs } from "./_json_exporter.ts";
import { freePort } from "../_port.ts";
import { type Server, startServer } from "../_process.ts";

const API = new URL("json_exporter/api.ts", import.meta.url).pathname;
const PASSWORD = "correct-horse-battery";
/** As Prometheus asks; the answer has to come before that. */
const HEADERS = { "X-Prometheus-Scrape-Timeout-Seconds": "2" };

describe("json exporter in trouble", needsOriginal(), () => {
  let theirs: Probed;
  let ours: Probed;
  let folder: string;
  const port = freePort();
  const target = `http://127.0.0.1:${port}`;

  before(async () => {
    folder = await Deno.makeTempDir({ prefix: "exporterkit-json-" });
    const metrics = [
      { name: "a", path: "{.a}" },
      { name: "list", type: "object", path: "{.list[*]}", labels: { id: "{.id}" }, values: { n: "{.n}" } },
    ];
    const client = { http_client_config: { bearer_token_file: `${folder}/token` } };
    await Deno.writeTextFile(`${folder}/token`, `${PASSWORD}\n`);
    await Deno.writeTextFile(
      `${folder}/config.yml`,
      JSON.stringify({ modules: { default: { metrics }, secret: { metrics, ...client } } }),
    );
    // With nothing that listens at the target yet.
    [theirs, ours] = await Promise.all([startOriginal(`${folder}/config.yml`), startOurs(`${folder}/config.yml`)]);
  });
  after(async () => {
    await Promise.all([theirs?.[Symbol.asyncDispose](), ours?.[Symbol.asyncDispose]()]);
    await Deno.remove(folder, { recursive: true });
  });

  let logged = 0;
  beforeEach(() => void (logged = ours.log().length));

  /** Asks ours, which answers as the original does, and gives the cause that the log names. */
  async function fails(query: Record<string, string>): Promise<string> {
    const { status, text } = await ours.probe(query, HEADERS);
    assert.equal(status, 503, text);
    assert.match(text, /^Cannot read the target: (?:error|timeout): .+\n$/);
    return await lineOf(() => ours.log().slice(logged));
  }

  async function isWhole(query: Record<string, string> = { target }): Promise<void> {
    const { text } = await ours.probe(query, HEADERS);
    assert.match(text, /^a 1$[^]*^list_n\{id="x"\} 2$[^]*^probe_success 1$/m);
  }

  /** Whether the original has not answered when ours has. */
  async function keepsWaiting(query: Record<string, string>, meanwhile: () => Promise<unknown>): Promise<boolean> {
    const aborted = new AbortController();
    let isOver = false;
    const waiting = fetch(`${theirs.url}/probe?${new URLSearchParams(query)}`, {
      headers: HEADERS,
      signal: aborted.signal,
    }).then(() => isOver = true, () => {});
    await meanwhile();
    const waits = !isOver;
    aborted.abort();
    await waiting;
    return waits;
  }

  const startApi = (...args: string[]): Promise<Server> =>
    startServer({ path: Deno.execPath(), args: ["run", "-A", API, String(port), ...args] });

  it("json exporter says that a target refuses, and is whole when it is there", async () => {
    assert.match(await fails({ target }), /reason=error error=".*ECONNREFUSED.*"/);
    const { status, text } = await theirs.probe({ target });
    assert.deepEqual([status, /connection refused/.test(text)], [503, true]);
    await using _ = await startApi();
    await isWhole();
  });

  it("json exporter answers in time when a target hangs, and is whole when it goes on", async () => {
    await using api = await startApi();
    await isWhole();
    api.signal("SIGSTOP");
    try {
      const waits = await keepsWaiting({ target }, async () => {
        const probing = fails({ target });
        // The exporter itself answers meanwhile.
        assert.equal((await ask(`${ours.url}/metrics`)).status, 200);
        assert.match(await probing, /reason=timeout/);
      });
      assert.equal(waits, true);
    } finally {
      api.signal("SIGCONT");
    }
    await isWhole();
  });

  it("json exporter answers in time when a target sends byte after byte", async () => {
    await using _ = await startApi();
    const slow = { target: `${target}/slow` };
    assert.equal(await keepsWaiting(slow, async () => assert.match(await fails(slow), /reason=timeout/)), true);
    await isWhole();
  });

  it("json exporter says that a password is wrong without saying it, and reads the new one from its file", async () => {
    await using _ = await startApi("another");
    const query = { target, module: "secret" };
    assert.match(await fails(query), /error="Cannot use the answer: its status is 401 Unauthorized, expected 2xx"/);
    const { status, text } = await theirs.probe(query);
    assert.deepEqual([status, /401 Unauthorized/.test(text)], [503, true]);
    await Deno.writeTextFile(`${folder}/token`, "another\n");
    await isWhole(query);
    assert.doesNotMatch(ours.log(), new RegExp(`${PASSWORD}|another`));
  });

  it("json exporter says that an answer is no JSON", async () => {
    await using _ = await startApi();
    const query = { target: `${target}/html` };
    assert.match(await fails(query), /error="Cannot read the answer of type text\/html as JSON: /);
    // Nothing that Prometheus could tell from a target without metrics.
    const { status, text } = await theirs.probe(query);
    assert.deepEqual([status, text], [200, ""]);
  });

  it("json exporter answers 200 and probe_success 0 where it is told not to be strict", async () => {
    await using lenient = await startOurs(`${folder}/config.yml`, undefined, { flags: ["--no-probe.strict"] });
    const { status, text } = await lenient.probe({ target }, HEADERS);
    assert.equal(status, 200, text);
    assert.match(text, /^json_scrape_collector_success\{collector="document"\} 0$[^]*^probe_success 0$/m);
    assert.doesNotMatch(text, /^(?:a|list_n)\b/m);
  });

  it("json exporter says what a GraphQL API has against the question", async () => {
    await using _ = await startApi();
    const { status, text } = await ours.probe({ target: `${target}/graphql` }, HEADERS);
    assert.equal(status, 200);
    assert.match(text, /^json_metric_failures\{metric="a"\} 1$[^]*^probe_success 0$/m);
    assert.match(
      await lineOf(() => ours.log().slice(logged)),
      /level=warn msg="Cannot read all metrics: the API answers with errors: a is not for you; a: .* not found/,
    );
  });

  it("json exporter is whole after a restart of the target", async () => {
    for (let i = 0; i < 2; i++) {
      await using _ = await startApi();
      await isWhole();
    }
  });

  it("json exporter keeps the settings of before when new ones are wrong, and takes right ones", async () => {
    await using _ = await startApi();
    const file = `${folder}/config.yml`;
    const config = await Deno.readTextFile(file);
    await Deno.writeTextFile(file, config.replace("{.a}", "{.a"));
    ours.signal("SIGHUP");
    assert.match(
      await lineOf(() => ours.log().slice(logged)),
      /modules\.default\.metrics\.0\.path: got .* Cannot read JSONPath/,
    );
    await isWhole();
    await Deno.writeTextFile(file, config.replace('"name":"a"', '"name":"renamed"'));
    ours.signal("SIGHUP");
    for (let tries = 0; !/^renamed 1$/m.test((await ours.probe({ target })).text); tries++) {
      assert.ok(tries < 300, "the new settings do not count");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
});

/** The first line that a log has or will have. */
async function lineOf(log: () => string): Promise<string> {
  for (let tries = 0; tries < 300; tries++) {
    const line = /^.*level=(?:warn|error).*\n/m.exec(log())?.[0];
    if (line !== undefined) return line;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("Nothing was logged");
}
