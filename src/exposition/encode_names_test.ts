import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { counter } from "../metrics/counter.ts";
import { gauge } from "../metrics/gauge.ts";
import { histogram } from "../metrics/histogram.ts";
import { info } from "../metrics/info.ts";
import { Registry } from "../metrics/registry.ts";
import { stateSet } from "../metrics/state_set.ts";
import { encode } from "./encode.ts";
import { type Escaping, negotiate } from "./negotiate.ts";

function dotted(): Registry {
  const registry = new Registry();
  registry.add(counter("http.requests_total", "Requests.", ["status.code"])).inc({ "status.code": 'a"b' });
  registry.add(histogram("rpc.seconds", "Time.", [], { buckets: [1] })).observe(0.5);
  registry.add(gauge("plain", "Legacy name, other label.", ["a:b"])).set({ "a:b": "x" }, 1);
  registry.add(info("app.build_info", "Build.", ["version"])).set({ version: "1" });
  registry.add(stateSet("door.state", "Door.", [], { states: ["open"] })).set("open");
  return registry;
}

function text(registry: Registry, accept: string): string {
  return new TextDecoder().decode(encode(registry.snapshots(), negotiate(accept)));
}

describe("encode() of names that are no legacy names", () => {
  it("quotes them where UTF-8 is allowed", () => {
    assert.equal(
      text(dotted(), "text/plain;version=1.0.0;escaping=allow-utf-8"),
      `# HELP "app.build_info" Build.
# TYPE "app.build_info" gauge
{"app.build_info",version="1"} 1
# HELP "door.state" Door.
# TYPE "door.state" gauge
{"door.state","door.state"="open"} 1
# HELP "http.requests_total" Requests.
# TYPE "http.requests_total" counter
{"http.requests_total","status.code"="a\\"b"} 1
# HELP plain Legacy name, other label.
# TYPE plain gauge
plain{"a:b"="x"} 1
# HELP "rpc.seconds" Time.
# TYPE "rpc.seconds" histogram
{"rpc.seconds_bucket",le="1"} 1
{"rpc.seconds_bucket",le="+Inf"} 1
{"rpc.seconds_sum"} 0.5
{"rpc.seconds_count"} 1
`,
    );
  });

  it("quotes OpenMetrics families without their suffix", () => {
    const lines = text(dotted(), "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8").split("\n");
    assert.ok(lines.includes('# TYPE "app.build" info'));
    assert.ok(lines.includes('# TYPE "http.requests" counter'));
    assert.ok(lines.includes('{"http.requests_total","status.code"="a\\"b"} 1.0'));
  });

  const samples: [escaping: Escaping, lines: string[]][] = [
    ["underscores", [
      'app_build_info{version="1"} 1',
      'door_state{door_state="open"} 1',
      'http_requests_total{status_code="a\\"b"} 1',
      'plain{a_b="x"} 1',
      'rpc_seconds_bucket{le="1"} 1',
    ]],
    ["dots", [
      'app_dot_build__info{version="1"} 1',
      'door_dot_state{door_dot_state="open"} 1',
      'http_dot_requests__total{status_dot_code="a\\"b"} 1',
      'plain{a__b="x"} 1',
      'rpc_dot_seconds_bucket{le="1"} 1',
    ]],
    ["values", [
      'U__app_2e_build__info{version="1"} 1',
      'U__door_2e_state{U__door_2e_state="open"} 1',
      'U__http_2e_requests__total{U__status_2e_code="a\\"b"} 1',
      'plain{U__a_3a_b="x"} 1',
      'U__rpc_2e_seconds_bucket{le="1"} 1',
    ]],
  ];
  for (const [escaping, lines] of samples) {
    it(`escapes them under ${escaping}, before suffixes and only where needed`, () => {
      const written = text(dotted(), `text/plain;escaping=${escaping}`).split("\n");
      for (const line of lines) assert.ok(written.includes(line), `${line} is not among\n${written.join("\n")}`);
    });
  }

  it("never gives two families one name", () => {
    const registry = new Registry();
    for (const name of ["a.b", "a_b", "a-b"]) registry.add(gauge(name, "Help.")).set(1);
    assert.equal(
      text(registry, "text/plain").replace(/^#.*\n/gm, ""),
      "U__a_2d_b 1\nU__a_2e_b 1\na_b 1\n",
    );
  });

  it("names families by those that an exposition has, not by those that it had", () => {
    const registry = new Registry();
    const openMetrics = "application/openmetrics-text;version=1.0.0;escaping=underscores";
    registry.add(counter("a.b_total", "Dotted.")).inc();
    for (let turn = 0; turn < 2; turn++) {
      assert.match(text(registry, openMetrics), /^# TYPE a_b counter\n# HELP a_b Dotted\.\na_b_total 1\.0$/m);
      registry.add(counter("a_b_total", "Legacy.")).inc(2);
      assert.match(
        text(registry, openMetrics),
        /^# TYPE U__a_2e_b_ counter$[^]*^# TYPE a_b counter\n# HELP a_b Legacy/m,
      );
      registry.remove("a_b_total");
    }
  });

  it("gives a family the same name whether or not another one has series", () => {
    const registry = new Registry();
    registry.add(gauge("a-b", "Help.", ["c"]));
    registry.add(gauge("a.b", "Help.")).set(1);
    for (const accept of ["text/plain", "application/openmetrics-text"]) {
      assert.match(text(registry, accept), /^U__a_2e_b 1/m);
    }
  });

  it("never gives two labels of a series one name", () => {
    const registry = new Registry();
    registry.add(gauge("g", "Help.", ["x.y", "x_y"])).set({ "x.y": "1", "x_y": "2" }, 1);
    assert.match(text(registry, "text/plain"), /^g\{U__x_2e_y="1",x_y="2"\} 1$/m);
  });

  it("writes a state set's own label without the colon that only metrics may have", () => {
    const registry = new Registry();
    registry.add(stateSet("a:b", "Help.", [], { states: ["on"] })).set("on");
    assert.match(text(registry, "text/plain"), /^a:b\{a_b="on"\} 1$/m);
    assert.match(text(registry, "text/plain;escaping=values"), /^a:b\{U__a_3a_b="on"\} 1$/m);
    assert.match(text(registry, "text/plain;escaping=allow-utf-8"), /^a:b\{"a:b"="on"\} 1$/m);
  });

  it("knows a suffix behind a line feed", () => {
    const registry = new Registry();
    registry.add(info("a\n_info", "Help.")).set();
    registry.add(counter("b\n_total", "Help.")).inc();
    const written = text(registry, "application/openmetrics-text;escaping=allow-utf-8");
    assert.match(written, /^# TYPE "a\\n" info$/m);
    assert.match(written, /^# TYPE "b\\n" counter$/m);
  });

  it("leaves out a unit that no longer ends the name", () => {
    const registry = new Registry();
    registry.add(gauge("room.size_square metres", "Help.", [], { unit: "square metres" })).set(1);
    assert.match(
      text(registry, "application/openmetrics-text;escaping=allow-utf-8"),
      /^# UNIT "room.size_square metres"/m,
    );
    assert.doesNotMatch(text(registry, "application/openmetrics-text"), /# UNIT/);
  });
});
