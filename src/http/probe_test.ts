import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { defineExporter } from "../exporter/definition.ts";
import { RunningExporter } from "../exporter/running_exporter.ts";
import { withProbe } from "../exporter/with_probe.ts";
import { gauge } from "../metrics/gauge.ts";
import { createHandler, type HandlerOptions } from "./handler.ts";

interface Subject extends HandlerOptions {
  path?: string | readonly string[];
  /** What the probe says itself. */
  strict?: boolean;
  gate?: Promise<void>;
  /** Told of each run: which collector, and how long it may take. */
  ran?: (collector: string, deadline: AbortSignal) => void;
}

function handlerOf({ path, gate, strict, ran = () => {}, ...options }: Subject = {}) {
  const exporter = withProbe(
    defineExporter({
      name: "t",
      version: "1.2.3",
      port: 1,
      collectors: { own: { help: "Own.", collect: () => gate } },
    }),
    {
      ...(path === undefined ? {} : { path }),
      ...(strict === undefined ? {} : { strict }),
      modules: () => ({ "http_2xx": 1, "<tcp>": 2 }),
      authModules: () => ({ main: { hosts: ["db.example"] } }),
      parameters: () => ["of"],
      targets:
        () => [{ target: "db.example", module: "<tcp>", authModule: "main" }, { target: "b", module: "http_2xx" }],
      collectors: {
        length: {
          help: "Length.",
          metrics: { length: gauge("t_target_length", "Length of the target.", ["module"]) },
          async collect({ target, module, parameters: { of = [] }, metrics, signal }) {
            ran(["length", ...of].join(" "), signal);
            await gate;
            metrics.length.set({ module }, target.length);
          },
        },
        other: { help: "Other.", collect: ({ signal }) => ran("other", signal) },
      },
    },
  );
  const transport = {
    resolve: (host: string) => Promise.resolve(host === "evil.example" ? ["127.0.0.1"] : ["10.0.0.1"]),
    send: () => Promise.resolve(new Response()),
  };
  const running = new RunningExporter(exporter, { transport });
  const handler = createHandler(running, options);
  const get = (path: string, init?: RequestInit) => handler(new Request(`http://exporter:9876${path}`, init));
  return { get, running };
}

describe("/probe", () => {
  it("answers 200 with success and duration, in the format that was asked for", async () => {
    const { get } = handlerOf();
    const answer = await get("/probe?target=db.example&module=http_2xx");
    assert.equal(answer.status, 200);
    assert.equal(
      answer.headers.get("Content-Type"),
      "text/plain; version=0.0.4; charset=utf-8; escaping=underscores",
    );
    const text = await answer.text();
    for (const line of ["probe_success 1", 't_target_length{module="1"} 10']) {
      assert.match(text, new RegExp(`^${line}$`, "m"));
    }
    assert.match(text, /^# TYPE probe_duration_seconds gauge\nprobe_duration_seconds \d/m);
    const headers = { Accept: "application/openmetrics-text;version=1.0.0", "Accept-Encoding": "gzip" };
    const other = await get("/probe?target=db.example&module=%3Ctcp%3E", { headers });
    assert.deepEqual(
      [other.headers.get("Content-Type")!.split(";")[0], other.headers.get("Content-Encoding")],
      ["application/openmetrics-text", "gzip"],
    );
    await other.body!.cancel();
    const head = await get("/probe?target=db.example&module=http_2xx", { method: "HEAD" });
    assert.deepEqual([head.status, await head.text()], [200, ""]);
  });

  const refused: [query: string, status: number, text: string][] = [
    ["", 400, 'Cannot probe: parameter "target" is missing\n'],
    ["?target=&module=http_2xx", 400, 'Cannot probe: parameter "target" is missing\n'],
    ["?target=db.example&module=icmp", 400, 'Unknown module "icmp", expected one of http_2xx, <tcp>\n'],
    [
      "?target=db.example",
      400,
      'Cannot probe "db.example": parameter "module" is missing, expected one of http_2xx, <tcp>\n',
    ],
    ["?target=db.example&module=http_2xx&auth_module=x", 400, 'Unknown auth module "x", expected one of main\n'],
    [
      "?target=db.example&module=http_2xx&collect[]=x",
      400,
      "Unknown or disabled collector: x. Enabled collectors: length, other.\n",
    ],
    [
      "?target=a&module=http_2xx&auth_module=main",
      403,
      'Cannot probe "a": auth module "main" does not list it among its hosts\n',
    ],
    [
      "?target=evil.example:9100&module=http_2xx",
      403,
      "Cannot connect to evil.example:9100: its address 127.0.0.1 is closed (loopback); --probe.allow opens it\n",
    ],
    [
      "?target=http://169.254.169.254/latest&module=http_2xx",
      403,
      "Cannot connect to 169.254.169.254:80: it is closed (cloud metadata); --probe.allow opens it\n",
    ],
  ];
  for (const [query, status, expected] of refused) {
    it(`answers ${status} to ${query || "no query"}`, async () => {
      const ran: string[] = [];
      const answer = await handlerOf({ ran: (name) => ran.push(name) }).get(`/probe${query}`);
      assert.deepEqual([answer.status, await answer.text(), ran], [status, expected, []]);
      assert.equal(answer.headers.get("Content-Type"), "text/plain; charset=utf-8");
    });
  }

  it("shows people what happened, with debug=true", async () => {
    const { get } = handlerOf({ gate: Promise.reject(new Error("the gate is shut")) });
    const answer = await get("/probe?target=db.example&module=http_2xx&debug=true");
    assert.equal(answer.headers.get("Content-Type"), "text/plain; charset=utf-8");
    const text = await answer.text();
    assert.match(text, /^Logs for the probe:\ntime=\S+ level=error .*target=db\.example .*"the gate is shut"/);
    assert.match(text, /\n\nMetrics that would have been returned:\n# HELP [^]*^probe_success 0$/m);
  });

  it("selects collectors", async () => {
    const ran: string[] = [];
    const { get } = handlerOf({ ran: (name) => ran.push(name) });
    await get("/probe?target=a&module=http_2xx&collect[]=other");
    await get("/probe?target=a&module=http_2xx&exclude[]=other");
    assert.deepEqual(ran, ["other", "length"]);
  });

  it("passes the parameters on that the probe reads", async () => {
    const ran: string[] = [];
    await handlerOf({ ran: (name) => ran.push(name) }).get("/probe?target=a&module=http_2xx&of=%26&of=&off=1");
    assert.deepEqual(ran, ["length & ", "other"]);
  });

  it("answers 200 when the time is up, with what is true", async () => {
    const { get } = handlerOf({ gate: new Promise(() => {}) });
    const headers = { "X-Prometheus-Scrape-Timeout-Seconds": "0.2" };
    const answer = await get("/probe?target=a&module=http_2xx", { headers });
    const text = await answer.text();
    assert.equal(answer.status, 200);
    assert.match(text, /^probe_success 0$/m);
    assert.match(
      text,
      /^t_scrape_collector_success\{collector="length"\} 0\nt_scrape_collector_success\{collector="other"\} 1$/m,
    );
  });

  describe("that is strict", () => {
    const shut = Promise.reject(new Error("the gate is\nshut for http://me:secret@db"));
    shut.catch(() => {});
    const only = "/probe?target=a&module=http_2xx&exclude[]=other";
    const refusal = "Cannot read the target: error: the gate is shut for http://<secret>@db\n";

    it("answers 503 and why, where no collector could read the target", async () => {
      for (const subject of [{ strict: true }, { strictProbes: true }, { strict: false, strictProbes: true }]) {
        const answer = await handlerOf({ gate: shut, ...subject }).get(only);
        assert.deepEqual([answer.status, await answer.text()], [503, refusal]);
      }
    });

    it("answers 503 when the time is up", async () => {
      const { get } = handlerOf({ gate: new Promise(() => {}), strict: true });
      const answer = await get(only, { headers: { "X-Prometheus-Scrape-Timeout-Seconds": "0.2" } });
      assert.equal(answer.status, 503);
      assert.match(await answer.text(), /^Cannot read the target: timeout: .*\n$/);
    });

    it("answers 200 where a collector could, where none was asked, and where it is told not to be", async () => {
      const { get } = handlerOf({ gate: shut, strict: true });
      for (const query of ["", "&exclude[]=other&exclude[]=length"]) {
        assert.equal((await get(`/probe?target=a&module=http_2xx${query}`)).status, 200);
      }
      const debug = await get(`${only}&debug=true`);
      assert.deepEqual([debug.status, /^probe_success 0$/m.test(await debug.text())], [200, true]);
      assert.equal((await handlerOf({ gate: shut, strict: true, strictProbes: false }).get(only)).status, 200);
    });

    it("goes on to count, and to answer the next probe", async () => {
      const { get } = handlerOf({ gate: shut, strict: true });
      await (await get(only)).text();
      assert.match(await (await get("/metrics")).text(), /^t_exporter_probes_total\{result="failure"\} 1$/m);
      assert.equal((await get("/probe?target=a&module=http_2xx")).status, 200);
    });
  });

  it("counts among the requests that may be answered at the same time", async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const { get } = handlerOf({ gate, maxRequests: 2 });
    const first = [get("/probe?target=a&module=http_2xx"), get("/metrics")];
    const statuses = [(await get("/probe?target=b&module=http_2xx")).status, (await get("/metrics")).status];
    open();
    assert.deepEqual([statuses, (await Promise.all(first)).map(({ status }) => status)], [[503, 503], [200, 200]]);
    assert.equal((await get("/probe?target=b&module=http_2xx")).status, 200);
  });

  it("answers 503 while the exporter drains", async () => {
    const { get, running } = handlerOf();
    await running.drain();
    const answer = await get("/probe?target=a&module=http_2xx");
    assert.deepEqual([answer.status, await answer.text()], [503, 'Cannot scrape exporter "t": it is draining\n']);
  });

  it("is where the probe says, and nowhere without one", async () => {
    const { get } = handlerOf({ path: "/scrape" });
    assert.equal((await get("/scrape?target=a&module=http_2xx")).status, 200);
    assert.equal((await get("/probe?target=a&module=http_2xx")).status, 404);
    const groups = await (await get("/sd")).json();
    assert.equal(groups[0].labels.__metrics_path__, "/scrape");
    const both = handlerOf({ path: ["/probe", "/scrape"] }).get;
    for (const path of ["/probe", "/scrape"]) {
      assert.equal((await both(`${path}?target=a&module=http_2xx`)).status, 200, path);
    }
    assert.equal((await (await both("/sd")).json())[0].labels.__metrics_path__, "/probe");
    const plain = createHandler(
      new RunningExporter(defineExporter({ name: "t", version: "1.0.0", port: 1, collectors: {} })),
    );
    for (const path of ["/probe?target=a", "/sd"]) {
      assert.equal((await plain(new Request(`http://localhost${path}`))).status, 404);
    }
  });

  it("has a form on the landing page, which has no table of collectors where there are none", async () => {
    const page = await (await handlerOf().get("/")).text();
    assert.match(page, /<h2>Probe a target<\/h2>[\s\S]*<h2>Collectors<\/h2>/);
    const probing = withProbe(defineExporter({ name: "t", version: "1.0.0", port: 1, collectors: {} }), {
      collectors: {},
    });
    const handler = createHandler(new RunningExporter(probing));
    const bare = await (await handler(new Request("http://exporter:9876/"))).text();
    assert.match(bare, /<h2>Probe a target<\/h2>/);
    assert.doesNotMatch(bare, /Collectors/);
  });

  it("answers every query with 200, 400 or 403", async () => {
    const { get } = handlerOf();
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 20 }).map((text) => text.toWellFormed()),
      fc.constantFrom(
        "db.example",
        "http://127.0.0.1",
        "[::1]:1",
        "http_2xx",
        "main",
        "__proto__",
        "\0",
        "a@b",
        "//",
        "0",
      ),
      fc.webUrl(),
      fc.ipV6().map((address) => `[${address}]:80`),
      fc.ipV4Extended(),
    );
    const key = fc.constantFrom("target", "target", "module", "auth_module", "collect[]", "exclude[]");
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(key, text), { maxLength: 5 }), async (query) => {
        const answer = await get(`/probe?${new URLSearchParams(query)}`);
        await answer.arrayBuffer();
        assert.ok([200, 400, 403].includes(answer.status), String(answer.status));
      }),
      { numRuns: 300 },
    );
  });
});

describe("/sd", () => {
  it("answers what http_sd_configs reads", async () => {
    const answer = await handlerOf().get("/sd");
    assert.equal(answer.headers.get("Content-Type"), "application/json");
    assert.deepEqual(await answer.json(), [
      {
        targets: ["exporter:9876"],
        labels: {
          instance: "db.example",
          __metrics_path__: "/probe",
          __param_target: "db.example",
          __param_module: "<tcp>",
          __param_auth_module: "main",
        },
      },
      {
        targets: ["exporter:9876"],
        labels: { instance: "b", __metrics_path__: "/probe", __param_target: "b", __param_module: "http_2xx" },
      },
    ]);
  });
});

describe("the landing page", () => {
  it("has a form for probes and links to the targets of the settings", async () => {
    const page = await (await handlerOf().get("/")).text();
    assert.match(page, /<form action="\/probe">\s*<input name="target"/);
    assert.match(page, /<option>http_2xx<\/option>\s*<option>&lt;tcp&gt;<\/option>/);
    assert.match(page, /<select name="auth_module"[^]*<option>main<\/option>/);
    const link =
      '<a href="/probe?target=db.example&amp;module=%3Ctcp%3E&amp;auth_module=main"><code>db.example</code></a>';
    assert.ok(page.includes(link), page);
  });
});
