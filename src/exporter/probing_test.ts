import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { counter } from "../metrics/counter.ts";
import { gauge } from "../metrics/gauge.ts";
import { type Clock, SYSTEM_CLOCK } from "../metrics/clock.ts";
import type { Transport } from "../network/transport.ts";
import { recordingLog, samples } from "./_testing.ts";
import { defineExporter } from "./definition.ts";
import type { Gathered } from "./gathered.ts";
import type { AnyProbe } from "./probe_settings.ts";
import type { ProbeRequest } from "./prober.ts";
import { RunningExporter, type RunOptions } from "./running_exporter.ts";
import { withProbe } from "./with_probe.ts";

/** What collectors are given: `with_probe_test.ts` looks at their types. */
// deno-lint-ignore no-explicit-any
type Untyped = any;

const value = gauge("t_value", "A value.", ["of"]);
const collector = { help: "Values.", metrics: { value }, collect() {} };

/** A transport to names that all have the same addresses. */
function transportTo(addresses: readonly string[], answer: () => Response = () => new Response("12345")) {
  const sent: { url: string; addresses: readonly string[]; signal: AbortSignal }[] = [];
  const transport: Transport = {
    resolve: () => Promise.resolve(addresses),
    send({ url, signal }, addresses) {
      sent.push({ url: url.href, addresses, signal });
      return Promise.resolve(answer());
    },
  };
  return { transport, sent };
}

function runningOf(probe: Partial<AnyProbe>, options: RunOptions = {}): RunningExporter {
  const exporter = defineExporter({
    name: "t",
    version: "1.0.0",
    port: 1,
    metrics: { asked: counter("t_asked_total", "Asked.", ["target"]) },
    collectors: { own: { help: "Of the exporter.", collect() {} } },
  });
  const { transport } = transportTo(["10.0.0.1"]);
  return new RunningExporter(withProbe(exporter, { collectors: {}, ...probe }), { transport, ...options });
}

async function probe(
  running: RunningExporter,
  request: ProbeRequest,
  timeoutMs = 10_000,
): Promise<Gathered & { lines: string[] }> {
  const gathered = await running.probe(running.prober!.select(request), { timeoutMs });
  return { ...gathered, lines: samples(gathered) };
}

function countsOf(lines: readonly string[]): string[] {
  return lines.filter((line) => line.startsWith("t_exporter_probe"));
}

describe("RunningExporter.probe()", () => {
  it("answers with what is true of the target, and with nothing about the exporter", async () => {
    const running = runningOf({
      collectors: {
        size: { ...collector, collect: (c: Untyped) => c.metrics.value.set({ of: c.target }, c.target.length) },
      },
    });
    const { lines, isSuccess } = await probe(running, { target: "db:5432" });
    assert.ok(isSuccess);
    assert.deepEqual(lines.map((line) => line.replace(/(seconds.*) \S+$/, "$1 *")), [
      "probe_duration_seconds *",
      "probe_success 1",
      't_scrape_collector_duration_seconds{collector="size"} *',
      't_scrape_collector_series{collector="size"} 1',
      't_scrape_collector_success{collector="size"} 1',
      't_value{of="db:5432"} 7',
    ]);
  });

  it("tells collectors, open and close which host and port was checked", async () => {
    const told: unknown[] = [];
    const tell = ({ target, host, port }: Untyped) => void told.push([target, host, port]);
    const running = runningOf({
      open: tell,
      close: (_: unknown, context: Untyped) => tell(context),
      collectors: { size: { ...collector, collect: tell } },
    });
    for (const target of ["HTTPS://Db.example./x", "[FD00::1]:80", "0xa.1"]) await probe(running, { target });
    await running.close();
    const [https, address, old] = [["HTTPS://Db.example./x", "db.example", 443], ["[FD00::1]:80", "fd00::1", 80], [
      "0xa.1",
      "10.0.0.1",
      undefined,
    ]];
    assert.deepEqual(told, [https, https, address, address, old, old, https, address, old]);
  });

  it("leaves /metrics as it was, but for counts of probes and held instruments", async () => {
    const running = runningOf({
      collectors: { size: { ...collector, collect: (c: Untyped) => c.held.asked.inc({ target: c.target }) } },
    });
    await probe(running, { target: "a" });
    await probe(running, { target: "b" });
    const lines = samples(await running.gather(), "t_");
    assert.deepEqual(lines.filter((line) => /probe|asked|value|size/.test(line)), [
      't_asked_total{target="a"} 1',
      't_asked_total{target="b"} 1',
      "t_exporter_probe_targets 2",
      't_exporter_probes_total{result="success"} 2',
      't_exporter_probes_total{result="failure"} 0',
      't_exporter_probes_total{result="refused"} 0',
    ]);
  });

  it("is no success when a collector throws, is late or says that the target fails", async () => {
    const running = runningOf({
      modules: () => ({ ok: 1, throws: 2, late: 3, fails: 4 }),
      collectors: {
        size: {
          ...collector,
          async collect({ module, metrics, fail, signal }: Untyped) {
            metrics.value.set({ of: "x" }, module);
            if (module === 2) throw new Error("no");
            if (module === 3) await new Promise((resolve) => signal.addEventListener("abort", resolve));
            if (module === 4) fail("not as it should be");
          },
        },
      },
    });
    const ends: Record<string, unknown> = {};
    for (const module of running.prober!.modules) {
      const { lines, reports } = await probe(running, { target: "a", module }, 50);
      ends[module] = [
        lines.find((line) => line.startsWith("probe_success")),
        lines.find((line) => line.startsWith("t_value")),
        reports.get("size")!.outcome,
      ];
    }
    assert.deepEqual(ends, {
      ok: ["probe_success 1", 't_value{of="x"} 1', "ok"],
      throws: ["probe_success 0", undefined, "error"],
      late: ["probe_success 0", undefined, "timeout"],
      fails: ["probe_success 0", 't_value{of="x"} 4', "ok"],
    });
    const counts = countsOf(samples(await running.gather()));
    assert.deepEqual(counts.slice(1), [
      't_exporter_probes_total{result="success"} 1',
      't_exporter_probes_total{result="failure"} 3',
      't_exporter_probes_total{result="refused"} 0',
    ]);
  });

  it("collects anew for each probe, whatever freshness a collector has elsewhere", async () => {
    let runs = 0;
    const collect = ({ metrics }: Untyped) => metrics.value.set({ of: "runs" }, ++runs);
    const running = runningOf({
      collectors: {
        cached: { ...collector, freshness: { cached: "1h" }, collect },
        background: { help: "B.", freshness: { every: "1h" }, collect: () => void runs++ },
      },
    });
    for (const expected of [2, 4, 6]) {
      await probe(running, { target: "a" });
      assert.equal(runs, expected);
    }
    await probe(running, { target: "b" });
    assert.equal(runs, 8);
  });

  it("shares a run between probes of one target, module and auth module that overlap", async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const ran: string[] = [];
    const running = runningOf({
      modules: () => ({ a: "a", b: "b" }),
      authModules: () => ({ x: { hosts: ["db"], name: "x" } }),
      collectors: {
        size: {
          ...collector,
          async collect({ target, module, auth, metrics }: Untyped) {
            ran.push(`${target} ${module} ${auth?.name ?? "-"}`);
            await gate;
            metrics.value.set({ of: module }, 1);
          },
        },
      },
    });
    const requests: ProbeRequest[] = [
      { target: "db", module: "a" },
      { target: "db", module: "a" },
      { target: "db", module: "b" },
      { target: "db", module: "a", authModule: "x" },
      { target: "db", module: "a", authModule: "" },
      { target: "other", module: "a" },
    ];
    const probing = requests.map((request) => probe(running, request));
    while (ran.length < 4) await new Promise((resolve) => setTimeout(resolve));
    open();
    assert.ok((await Promise.all(probing)).every(({ lines }) => lines.includes("probe_success 1")));
    assert.deepEqual(ran.sort(), ["db a -", "db a x", "db b -", "other a -"]);
    await probe(running, requests[0]!);
    assert.equal(ran.length, 5);
  });

  it("tells collectors the parameters that their module reads, and shares no run between others", async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const ran: string[] = [];
    const running = runningOf({
      modules: () => ({ a: ["of", "team"], b: [] }),
      parameters: (module: string[]) => module,
      collectors: {
        size: {
          ...collector,
          async collect({ parameters }: Untyped) {
            ran.push(JSON.stringify(parameters));
            await gate;
          },
        },
      },
    });
    const request = (module: string, query: string): ProbeRequest => {
      const asked = new URLSearchParams(query);
      return { target: "db", module, parameters: (name) => asked.getAll(name) };
    };
    const probing = [
      request("a", "of=1&of=2&else=x"),
      request("a", "of=1&of=2&else=y"),
      request("a", "of=2&of=1"),
      request("b", "of=1"),
      request("b", "of=2"),
      { target: "db", module: "a" },
    ].map((one) => probe(running, one));
    while (ran.length < 4) await new Promise((resolve) => setTimeout(resolve));
    open();
    await Promise.all(probing);
    assert.deepEqual(ran.sort(), [
      '{"of":["1","2"],"team":[]}',
      '{"of":["2","1"],"team":[]}',
      '{"of":[],"team":[]}',
      "{}",
    ]);
  });

  it("tells collectors how long the probe waits for them", async () => {
    const told: number[] = [];
    const running = runningOf({
      collectors: { told: { ...collector, collect: ({ timeoutMs }: Untyped) => void told.push(timeoutMs) } },
    });
    await probe(running, { target: "db" }, 5000);
    assert.ok(told[0]! > 4000 && told[0]! <= 5000, String(told[0]));
  });

  it("tells the definition of each request that it refuses", async () => {
    const refused: unknown[] = [];
    const running = runningOf({
      modules: () => ({ a: 1 }),
      refused: ({ module }: ProbeRequest, { held }: Untyped) => {
        refused.push(module);
        held.asked.inc({ target: module });
      },
    }, { transport: transportTo(["127.0.0.1"]).transport });
    assert.throws(() => running.prober!.select({ target: "db", module: "b" }));
    await assert.rejects(() => probe(running, { target: "db", module: "a" }), { reason: "forbidden" });
    assert.deepEqual(refused, ["b", "a"]);
    assert.ok(samples(await running.gather()).includes('t_asked_total{target="b"} 1'));
  });

  it("keeps what open made from probe to probe, and tells it what it is for", async () => {
    const life: string[] = [];
    const running = runningOf({
      modules: () => ({ m: "m" }),
      maxTargets: 1,
      open: ({ target, module }: Untyped) => (life.push(`open ${target} ${module}`), { target }),
      check: ({ resource }: Untyped) => void life.push(`check ${resource.target}`),
      close: (resource: Untyped, { module }: Untyped) => void life.push(`close ${resource.target} ${module}`),
      collectors: {
        size: { ...collector, collect: (c: Untyped) => c.metrics.value.set({ of: c.resource.target }, 1) },
      },
    });
    for (const target of ["a", "a", "b"]) {
      const { lines } = await probe(running, { target });
      assert.ok(lines.includes("t_up 1") && lines.includes(`t_value{of="${target}"} 1`));
    }
    await running.drain();
    await running.close();
    assert.deepEqual(life, ["open a m", "check a", "check a", "open b m", "check b", "close a m", "close b m"]);
    assert.equal(running.state, "closed");
  });

  it("says that a target is down, opens it at the next probe and never in between", async () => {
    let tries = 0;
    const timers: { callback: () => void; delayMs: number }[] = [];
    const clock: Clock = {
      ...SYSTEM_CLOCK,
      after(delayMs, callback, options) {
        timers.push({ callback, delayMs });
        return SYSTEM_CLOCK.after(delayMs, callback, options);
      },
    };
    const running = runningOf({
      open() {
        if (++tries < 3) throw new Error("refused");
        return {};
      },
      collectors: { size: { ...collector, collect: (c: Untyped) => void c.resource } },
    }, { clock });
    const ends = [];
    for (let i = 0; i < 3; i++) {
      const { lines, reports } = await probe(running, { target: "a" });
      ends.push([...lines.filter((line) => /^(t_up|probe_success) /.test(line)), reports.get("size")!.outcome]);
    }
    assert.deepEqual(ends, [["probe_success 0", "t_up 0", "down"], ["probe_success 0", "t_up 0", "down"], [
      "probe_success 1",
      "t_up 1",
      "ok",
    ]]);
    assert.equal(tries, 3);
    assert.deepEqual(timers.filter(({ delayMs }) => delayMs === 1000), []);
    await running.close();
  });

  it("says that closing failed when a target could not be closed", async () => {
    const running = runningOf({
      open: () => ({}),
      close: () => Promise.reject(new Error("stuck")),
      collectors: { size: { ...collector, collect: (c: Untyped) => void c.resource } },
    });
    await probe(running, { target: "a" });
    await assert.rejects(running.close(), { message: "Cannot let go of all targets" });
    assert.equal(running.state, "failed");
  });

  it("keeps nothing where nothing lives longer than a request", async () => {
    const life: string[] = [];
    const running = runningOf({
      open: () => life.push("open"),
      close: () => void life.push("close"),
      collectors: { size: { ...collector, collect: (c: Untyped) => void c.resource } },
    }, { stateless: true });
    for (let i = 0; i < 2; i++) assert.ok((await probe(running, { target: "a" })).isSuccess);
    assert.deepEqual(life, ["open", "close", "open", "close"]);
    assert.deepEqual(countsOf(samples(await running.gather())), []);
  });

  it("runs the collectors that the module wants and flags allow", async () => {
    const collectors = {
      http: collector,
      tcp: { help: "T.", collect() {} },
      dns: { help: "D.", enabled: false, collect() {} },
    };
    const modules = () => ({ web: ["http"], all: ["http", "tcp", "dns"] });
    const collectorsOf = (names: string[]) => names;
    const select = (running: RunningExporter, module: string) =>
      running.prober!.select({ target: "a", module }).collectors;
    const running = runningOf({ modules, collectorsOf, collectors });
    assert.deepEqual([select(running, "web"), select(running, "all")], [["http"], ["http", "tcp"]]);
    assert.deepEqual([...(await probe(running, { target: "a", module: "all" })).reports.keys()], ["http", "tcp"]);
    const some = runningOf({ modules, collectorsOf, collectors }, { enabled: new Set(["tcp", "own"]) });
    assert.deepEqual([select(some, "web"), select(some, "all")], [[], ["tcp"]]);
    const switched = runningOf({ collectors });
    assert.deepEqual(switched.prober!.select({ target: "a" }).collectors, ["http", "tcp"]);
  });

  it("waits for probes before it is drained, and takes no more", async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const running = runningOf({ collectors: { size: { ...collector, collect: () => gate } } });
    const probing = probe(running, { target: "a" });
    let isDrained = false;
    const draining = running.drain().then(() => isDrained = true);
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(isDrained, false);
    await assert.rejects(probe(running, { target: "a" }), { message: /it is draining$/ });
    open();
    assert.ok((await probing).isSuccess);
    await draining;
  });

  it("probes with new settings from the next probe on, and gives back what the old ones opened", async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const life: string[] = [];
    const running = runningOf({
      modules: (modules: Untyped) => modules,
      open: ({ module }: Untyped) => (life.push(`open ${module}`), module),
      close: (module: Untyped) => void life.push(`close ${module}`),
      collectors: {
        size: {
          ...collector,
          async collect({ module, resource, metrics }: Untyped) {
            if (module === "old") await gate;
            metrics.value.set({ of: `${module} ${resource}` }, 1);
          },
        },
      },
    }, { settings: { m: "old" } });
    const before = probe(running, { target: "a" });
    while (life.length === 0) await new Promise((resolve) => setTimeout(resolve));
    const selected = running.prober!.select({ target: "a" });
    running.reconfigure({ m: "new", other: "x" });
    const values = (lines: string[]) => lines.filter((line) => line.startsWith("t_value"));
    assert.deepEqual(values((await probe(running, { target: "a", module: "m" })).lines), ['t_value{of="new new"} 1']);
    open();
    assert.deepEqual(values((await before).lines), ['t_value{of="old old"} 1']);
    assert.deepEqual(values(samples(await running.probe(selected))), ['t_value{of="old old"} 1']);
    assert.deepEqual(life, ["open old", "open new", "close old", "open old"]);
    assert.throws(() => running.prober!.select({ target: "a" }), { message: /expected one of m, other$/ });
    await running.close();
    assert.deepEqual(life.slice(4).sort(), ["close new", "close old"]);
  });

  it("keeps the settings it has when it could not probe with new ones", async () => {
    const running = runningOf({
      authModules: ({ hosts }: Untyped) => ({ main: { hosts } }),
      collectors: { size: collector },
    }, { settings: { hosts: ["db"] } });
    assert.throws(() => running.reconfigure({ hosts: ["*"] }), {
      name: "TypeError",
      message: /^Auth module "main": Cannot/,
    });
    assert.ok((await probe(running, { target: "db", authModule: "main" })).isSuccess);
  });

  it("names target and module in log lines", async () => {
    const log = recordingLog();
    const running = runningOf({
      modules: () => ({ m: 1 }),
      collectors: { size: { ...collector, collect: () => Promise.reject(new Error("no")) } },
    }, { log });
    await probe(running, { target: "http://db/x" });
    assert.deepEqual(log.lines, [
      'error: Collector failed {"target":"http://db/x","module":"m","collector":"size","reason":"error","error":"no"}',
    ]);
  });
});

describe("Prober.select()", () => {
  const prober = runningOf({
    modules: () => ({ a: 1, b: 2 }),
    authModules: () => ({ main: { hosts: ["db", "*.db.example:5432", "10.1.0.0/16"] } }),
    collectors: {},
  }).prober!;
  const unknown = (message: string) => ({ name: "ProbeError", reason: "unknown", message });

  const refused: [why: string, request: ProbeRequest, message: string][] = [
    ["no target", { module: "a" }, 'Cannot probe: parameter "target" is missing'],
    ["an empty target", { target: "", module: "a" }, 'Cannot probe: parameter "target" is missing'],
    ["no module", { target: "db" }, 'Cannot probe "db": parameter "module" is missing, expected one of a, b'],
    ["an unknown module", { target: "db", module: "c" }, 'Unknown module "c", expected one of a, b'],
    ["what every object has", { target: "db", module: "toString" }, 'Unknown module "toString", expected one of a, b'],
    [
      "an unknown auth module",
      { target: "db", module: "a", authModule: "__proto__" },
      'Unknown auth module "__proto__", expected one of main',
    ],
    [
      "credentials",
      { target: "http://me:s3cret@db", module: "a" },
      "Cannot read the target: it holds credentials, which belong in an auth module",
    ],
  ];
  for (const [why, request, message] of refused) {
    it(`refuses ${why}`, () => assert.throws(() => prober.select(request), unknown(message)));
  }

  it("gives an auth module to the hosts that it lists, and to no other", () => {
    const select = (target: string) => prober.select({ target, module: "a", authModule: "main" }).authModule;
    for (const target of ["db", "http://DB/", "x.db.example:5432", "10.1.2.3", "[::ffff:10.1.2.3]:1"]) {
      assert.equal(select(target), "main", target);
    }
    for (const target of ["other", "db.evil.example", "x.db.example", "10.2.0.1", "xdb", "db.example:5432"]) {
      assert.throws(() => select(target), {
        name: "ProbeError",
        reason: "forbidden",
        message: `Cannot probe "${target}": auth module "main" does not list it among its hosts`,
      });
    }
  });

  it("takes the module called default, or the only one, where none is named", () => {
    const moduleOf = (modules: object) =>
      runningOf({ modules: () => modules as never }).prober!.select({ target: "a" });
    assert.equal(moduleOf({ a: 1, default: 2 }).module, "default");
    assert.equal(moduleOf({ only: 1 }).module, "only");
    const named = runningOf({ modules: () => ({ a: 1, default: 2, b: 3 }), defaultModule: "b" }).prober!;
    assert.equal(named.select({ target: "a" }).module, "b");
    assert.throws(
      () => moduleOf({}),
      unknown('Cannot probe "a": parameter "module" is missing, expected none: there are none'),
    );
    const without = runningOf({}).prober!;
    assert.equal(without.select({ target: "a" }).module, undefined);
    assert.throws(
      () => without.select({ target: "a", module: "x" }),
      unknown('Unknown module "x", expected none: there are none'),
    );
  });
});

describe("fetch of a probe", () => {
  async function fetchFrom(c: Untyped): Promise<void> {
    const answer = await c.fetch(new URL("/x", c.target), {});
    c.metrics.value.set({ of: "bytes" }, (await answer.bytes()).length);
  }

  it("goes to the addresses that were checked", async () => {
    const { transport, sent } = transportTo(["10.0.0.1", "127.0.0.1"]);
    const running = runningOf({ collectors: { size: { ...collector, collect: fetchFrom } } }, { transport });
    const { lines } = await probe(running, { target: "http://db/" });
    assert.ok(lines.includes('t_value{of="bytes"} 5'));
    assert.deepEqual(sent.map(({ url, addresses }) => [url, addresses]), [["http://db/x", ["10.0.0.1"]]]);
  });

  it("is refused before anything runs when the target is closed", async () => {
    const { transport, sent } = transportTo(["127.0.0.1"]);
    const life: string[] = [];
    const running = runningOf({
      open: () => life.push("open"),
      collectors: { size: { ...collector, collect: () => void life.push("collect") } },
    }, { transport });
    for (const target of ["http://db/", "db:1", "169.254.169.254", "[::1]:80", "0x7f.1"]) {
      await assert.rejects(probe(running, { target }), { name: "ProbeError", reason: "forbidden" });
    }
    assert.deepEqual([life, sent], [[], []]);
    assert.deepEqual(countsOf(samples(await running.gather())), [
      "t_exporter_probe_targets 0",
      't_exporter_probes_total{result="success"} 0',
      't_exporter_probes_total{result="failure"} 0',
      't_exporter_probes_total{result="refused"} 5',
    ]);
  });

  it("goes to what flags and the targets of the settings open, and no further", async () => {
    const { transport, sent } = transportTo(["127.0.0.1"]);
    const running = runningOf({
      targets: () => ["http://listed/", "localhost:9200", { target: "portless" }],
      collectors: { size: { ...collector, collect: fetchFrom } },
    }, { transport, probeAllow: ["127.0.0.2/32", "allowed"] });
    for (const target of ["http://listed/", "http://localhost:9200", "http://allowed:1", "http://127.0.0.2"]) {
      assert.ok((await probe(running, { target })).isSuccess, target);
    }
    assert.equal(sent.length, 4);
    for (
      const target of ["http://listed:81/", "https://listed/", "http://localhost:9201", "http://portless", "portless"]
    ) {
      await assert.rejects(probe(running, { target }), { reason: "forbidden" }, target);
    }
    assert.equal(sent.length, 4);
  });

  it("fails the probe where the target redirects to a closed address, or from the auth module's hosts", async () => {
    const cases: [location: string, request: ProbeRequest, message: RegExp][] = [
      ["http://127.0.0.1/", { target: "http://db/" }, /127\.0\.0\.1:80: it is closed \(loopback\)/],
      ["http://evil/", { target: "http://db/", authModule: "main" }, /evil:80: the auth module does not list it/],
    ];
    for (const [location, request, message] of cases) {
      const { transport, sent } = transportTo(["10.0.0.1"], () => Response.redirect(location));
      const running = runningOf({
        authModules: () => ({ main: { hosts: ["db"] } }),
        collectors: { size: { ...collector, collect: fetchFrom } },
      }, { transport });
      const { lines, reports } = await probe(running, request);
      assert.ok(lines.includes("probe_success 0"));
      assert.match((reports.get("size")!.error as Error).message, message);
      assert.deepEqual(sent.map(({ url }) => url), ["http://db/x"]);
    }
  });

  it("counts what is read against the budget of the collector", async () => {
    const running = runningOf({ collectors: { size: { ...collector, maxResponseBytes: 4, collect: fetchFrom } } });
    const { reports } = await probe(running, { target: "http://db/" });
    assert.equal(reports.get("size")!.outcome, "limit");
  });

  it("ends every connection with the run, also those whose bodies nobody reads", async () => {
    const { transport, sent } = transportTo(["10.0.0.1"]);
    const running = runningOf({
      collectors: {
        size: {
          ...collector,
          async collect({ fetch, target }: Untyped) {
            await fetch(target);
            await fetch(target, { signal: new AbortController().signal });
            await fetch(new Request(target));
          },
        },
      },
    }, { transport });
    assert.ok((await probe(running, { target: "http://db/" })).isSuccess);
    assert.deepEqual(sent.map(({ signal }) => signal.aborted), [true, true, true]);
  });

  it("does not wait longer for a name than the scraper does", async () => {
    const transport: Transport = {
      resolve: () => new Promise(() => {}),
      send: () => Promise.reject(new Error("never")),
    };
    const running = runningOf({ collectors: { size: { ...collector, collect: fetchFrom } } }, { transport });
    const { reports } = await probe(running, { target: "http://db/" }, 30);
    assert.equal(reports.get("size")!.outcome, "timeout");
  });

  it("lets the collectors say what is wrong with a name that has no address", async () => {
    const resolve = () => Promise.reject(new Error("getaddrinfo ENOTFOUND db"));
    const transport: Transport = { resolve, send: () => Promise.reject(new Error("never")) };
    const running = runningOf({ collectors: { size: { ...collector, collect: fetchFrom } } }, { transport });
    const { reports, lines } = await probe(running, { target: "http://db/" });
    assert.match(String(reports.get("size")!.error), /ENOTFOUND/);
    assert.ok(lines.includes("probe_success 0"));
  });
});
