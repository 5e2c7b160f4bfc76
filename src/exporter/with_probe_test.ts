import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as v from "valibot";
import { gauge } from "../metrics/gauge.ts";
import { defineCollector, defineExporter } from "./definition.ts";
import { defineProbeCollector } from "./probe_definition.ts";
import { withProbe } from "./with_probe.ts";

const plain = defineExporter({ name: "t", version: "1.0.0", port: 1, collectors: {} });
const level = gauge("t_level", "Level.", ["l"]);

describe("withProbe()", () => {
  it("lets types flow from settings, modules and open to the collectors", () => {
    const exporter = defineExporter({
      name: "t",
      version: "1.0.0",
      port: 1,
      settings: v.object({ city: v.string(), modules: v.record(v.string(), v.object({ depth: v.number() })) }),
      metrics: { asked: gauge("t_asked", "Asked.", ["city"]) },
      collectors: {},
    });
    const shared = defineCollector<{ city: string }, { query(text: string): number }>()({
      help: "Of both.",
      freshness: { every: "1m" },
      metrics: { level },
      collect: ({ resource, metrics, settings }) => metrics.level.set({ l: settings.city }, resource.query("level")),
    });
    const own = defineProbeCollector<{ city: string }, { depth: number }, { token: string }>()({
      help: "Of the probe.",
      collect: ({ module, auth, settings }) => void [module.depth + 1, auth?.token.length, settings.city.length],
    });
    const probing = withProbe(exporter, {
      modules: ({ modules }) => modules,
      authModules: ({ city }) => ({ main: { hosts: [city], token: "t" } }),
      targets: ({ city }) => [city, { target: city, module: "deep", authModule: "main", labels: { team: "a" } }],
      collectorsOf: ({ depth }) => depth > 1 ? ["shared", "inline"] : ["own"],
      open: ({ target, module, auth, settings }) => {
        const facts: [string, number, string | undefined, string] = [target, module.depth, auth?.token, settings.city];
        return { query: (text: string) => text.length + facts.length };
      },
      check: ({ resource, module }) => void [resource.query("x"), module.depth],
      close: (resource, { target }) => void [resource.query("y"), target],
      collectors: {
        shared,
        own,
        inline: {
          help: "Inline.",
          metrics: { other: gauge("t_other", "Other.", ["x"]) },
          collect({ metrics, held, module, auth, resource, settings, fail }) {
            metrics.other.set({ x: 1 }, module.depth + resource.query(settings.city));
            held.asked.set({ city: auth?.token ?? "" }, 1);
            fail("no");
            // @ts-expect-error The label is "x".
            metrics.other.set({ y: 1 }, 1);
            // @ts-expect-error The label is "city".
            held.asked.set({ x: 1 }, 1);
            // @ts-expect-error There is no such setting.
            settings.country;
            // @ts-expect-error Modules have a depth.
            module.height;
            // @ts-expect-error Auth modules have a token.
            auth?.password;
          },
        },
      },
    });
    assert.deepEqual(Object.keys(probing.probe!.collectors), ["shared", "own", "inline"]);
    assert.equal(probing.probe!.path, "/probe");
  });

  it("does not compile collectors that a module cannot choose, nor auth modules without hosts", () => {
    withProbe(plain, {
      modules: () => ({ a: 1 }),
      // @ts-expect-error There is no such collector.
      collectorsOf: () => ["none"],
      collectors: { some: { help: "Some.", collect() {} } },
    });
    withProbe(plain, {
      // @ts-expect-error Credentials go to listed hosts only.
      authModules: () => ({ main: { token: "t" } }),
      collectors: {},
    });
  });

  it("leaves the exporter as it was", () => {
    const probing = withProbe(plain, { path: "/scrape", collectors: {} });
    assert.equal(plain.probe, undefined);
    assert.deepEqual({ ...probing, probe: undefined }, { ...plain, probe: undefined });
    assert.equal(probing.probe!.path, "/scrape");
  });

  const collector = { help: "C.", metrics: { level }, collect() {} };
  const wrong: [why: string, probe: object, message: RegExp][] = [
    ["a path without a slash", { path: "probe" }, /^Cannot define the probe of exporter "t": path is "probe"/],
    ["a second path that is none", { path: ["/probe", "scrape"] }, /path is "scrape"/],
    ["the path of service discovery", { path: "/sd" }, /path is "\/sd", expected one such as "\/probe"$/],
    ["the path of readiness", { path: "/-/ready" }, /path is "\/-\/ready"/],
    ["the landing page", { path: "/" }, /path is "\/"/],
    ["part of a target to keep", { maxTargets: 0.5 }, /maxTargets is 0.5, expected a whole number$/],
    ["a time that cannot be read", { idle: "5 minutes" }, /Cannot read duration "5 minutes"/],
    ["a collector with a bad name", { collectors: { "a b": collector } }, /collector name "a b" must match/],
    [
      "two collectors with one metric",
      { collectors: { a: collector, b: collector } },
      /"t_level" of collector "b" belongs/,
    ],
    [
      "a metric that every probe has",
      { collectors: { a: { ...collector, metrics: { own: gauge("probe_success", "Mine.") } } } },
      /^Cannot define the probe of exporter "t": metric "probe_success" is its own$/,
    ],
  ];
  for (const [why, probe, message] of wrong) {
    it(`refuses ${why}`, () => assert.throws(() => withProbe(plain, { collectors: {}, ...probe }), { message }));
  }
});

describe("Probe.problems()", () => {
  const { probe } = withProbe(plain, {
    modules: () => ({ a: 1, b: 2 }),
    authModules: () => ({ good: { hosts: ["db"] }, bad: { hosts: ["*"] } }),
    targets: () => [
      { target: "db", module: "a", authModule: "good" },
      "db",
      { target: "db", module: "c" },
      { target: "other", module: "a", authModule: "good" },
      { target: "db:x", module: "a" },
    ],
    collectors: {},
  });

  it("says what is wrong with flags and auth modules", () => {
    assert.deepEqual(probe!.problems({}, ["localhost", "127.0.0.0/40"]), [
      'Setting probe.allow: Cannot read "127.0.0.0/40": expected a host, an address, one of them with a port, or a range, ' +
      'such as "localhost:9200" or "127.0.0.0/8"',
      'Auth module "bad": Cannot read "*": expected a host, an address, one of them with a port, or a range, such as ' +
      '"localhost:9200" or "127.0.0.0/8"',
    ]);
  });

  it("says what is wrong with the targets of the settings", () => {
    const fewer = withProbe(plain, {
      modules: () => ({ a: 1, b: 2 }),
      authModules: () => ({ good: { hosts: ["db"] } }),
      targets: () => [
        { target: "db", module: "a", authModule: "good" },
        "db",
        { target: "db", module: "c" },
        { target: "other", module: "a", authModule: "good" },
        { target: "db:x", module: "a" },
      ],
      collectors: {},
    });
    assert.deepEqual(
      fewer.probe!.problems({}, []),
      [
        'Target 2 of the settings: Cannot probe "db": parameter "module" is missing, expected one of a, b',
        'Target 3 of the settings: Unknown module "c", expected one of a, b',
        'Target 4 of the settings: Cannot probe "other": auth module "good" does not list it among its hosts',
        'Target 5 of the settings: Cannot read target "db:x": expected a host, host:port or URL; IPv6 addresses stand in brackets, "[::1]"',
      ],
    );
  });

  it("says what modules choose that is not there or cannot stand in one exposition", () => {
    const metrics = { level };
    const { probe } = withProbe(plain, {
      modules: (): Record<string, string[]> => ({ one: ["a"], both: ["a", "b"], none: ["c"] }),
      collectorsOf: (names) => names as never[],
      collectors: { a: { help: "A.", metrics, collect() {} }, b: { help: "B.", metrics, collect() {} } },
    });
    assert.deepEqual(probe!.problems({}, []), [
      'Module "both": Cannot declare metric "t_level" in collector "b": "t_level" belongs to collector "a"',
      'Module "none": It wants collector "c", which is not there',
    ]);
  });
});
