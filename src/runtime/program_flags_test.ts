import { describe, it } from "node:test";
import assert from "node:assert/strict";
import * as v from "valibot";
import { defineExporter, type Exporter } from "../exporter/definition.ts";
import { withProbe } from "../exporter/with_probe.ts";
import { gauge } from "../metrics/gauge.ts";
import { gaugeHistogram } from "../metrics/gauge_histogram.ts";
import { histogram } from "../metrics/histogram.ts";
import type { Description } from "../model/description.ts";
import { alias } from "../settings/alias.ts";
import { parseSettings } from "./_settings_file.ts";
import { helpText } from "./help_text.ts";
import { type ProgramOptions, type ProgramSources, readProgramOptions } from "./program_flags.ts";

const FLAG = "--metrics.histograms";

function exporterWith(metrics: Record<string, Description>, held: Record<string, Description> = {}): Exporter {
  return defineExporter({
    name: "t",
    version: "1.0.0",
    port: 9999,
    metrics: held,
    collectors: { plain: { help: "None.", collect() {} }, one: { help: "One.", metrics, collect() {} } },
  });
}

interface Written {
  readonly args?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  /** What `t.yml` holds. */
  readonly file?: string;
}

function read(exporter: Exporter, { args = [], variables = {}, file }: Written) {
  const sources: ProgramSources = {
    args: file === undefined ? args : [...args, "--config.file=t.yml"],
    variable: (name) => variables[name],
    variableNames: Object.keys(variables),
    readFile: () => "",
    openSettingsFile(path) {
      const document = parseSettings(path, file ?? "");
      return "problems" in document ? document : { document, readFile: () => "" };
    },
  };
  return readProgramOptions(exporter, sources);
}

function optionsOf(exporter: Exporter, written: Written): ProgramOptions {
  const reading = read(exporter, written);
  assert.ok("options" in reading, JSON.stringify(reading));
  return reading.options;
}

function problemsOf(exporter: Exporter, written: Written): readonly string[] {
  const reading = read(exporter, written);
  assert.ok("problems" in reading, JSON.stringify(reading));
  return reading.problems;
}

describe("readProgramOptions()", () => {
  const latency = histogram("t_seconds", "Time.");
  const ages = gaugeHistogram("t_ages", "Ages.");

  const withHistograms: [string, Exporter][] = [
    ["a collector has a histogram", exporterWith({ latency })],
    ["a collector has a gauge histogram", exporterWith({ ages })],
    ["a histogram is held", exporterWith({}, { latency })],
  ];
  for (const [where, exporter] of withHistograms) {
    it(`reads the kind of histograms where ${where}`, () => {
      for (const kind of ["classic", "native", "both"]) {
        assert.equal(optionsOf(exporter, { args: [`${FLAG}=${kind}`] }).common.metrics.histograms, kind);
      }
      assert.deepEqual(optionsOf(exporter, {}).common.metrics, {});
      assert.match(helpText(exporter), /--metrics\.histograms=<string> +Buckets .* One of classic, native, both\.\n/);
    });
  }

  it("refuses other kinds", () => {
    assert.deepEqual(problemsOf(exporterWith({ latency }), { args: [`${FLAG}=exponential`] }), [
      `Flag ${FLAG}: got "exponential", expected one of classic, native, both`,
    ]);
  });

  it("knows no kind of histograms where none is declared", () => {
    const exporter = exporterWith({ level: gauge("t_level", "Level.") });
    assert.deepEqual(problemsOf(exporter, { args: [`${FLAG}=both`] }), [
      `Unknown flag ${FLAG}, expected one of those that --help lists`,
    ]);
    assert.ok(!helpText(exporter).includes(FLAG));
  });

  it("reads how many scrapes there may be at the same time", () => {
    const exporter = exporterWith({});
    const most = (args: string[]) => optionsOf(exporter, { args }).common.web.maxRequests;
    assert.deepEqual([most([]), most(["--web.max-requests=0"]), most(["--web.max-requests", "3"])], [40, 0, 3]);
    for (const wrong of ["-1", "1.5", "many"]) problemsOf(exporter, { args: [`--web.max-requests=${wrong}`] });
  });

  it("reads what every exporter has from variables and the file too", () => {
    const exporter = exporterWith({});
    const file = "web: { listen_address: [':1'], telemetry_path: /m }\nlog: { level: debug, format: json }\n";
    const variables = { T_EXPORTER_LOG_LEVEL: "warn", T_EXPORTER_WEB_ENABLE_LIFECYCLE: "true" };
    const { common } = optionsOf(exporter, { args: ["--log.format=logfmt"], variables, file });
    assert.deepEqual(common.log, { level: "warn", format: "logfmt" });
    assert.deepEqual(common.web, {
      listenAddress: [":1"],
      telemetryPath: "/m",
      config: { file: "" },
      maxRequests: 40,
      systemdSocket: false,
      disableExporterMetrics: false,
      enableLifecycle: true,
    });
  });

  const switches: [string, Written, string[]][] = [
    ["nothing", {}, ["plain", "one"]],
    ["a flag", { args: ["--no-collector.plain"] }, ["one"]],
    ["a variable", { variables: { T_EXPORTER_COLLECTOR_ONE: "false" } }, ["plain"]],
    ["the file", { file: "collectors: { plain: false }" }, ["one"]],
    ["the file, but a flag says else", { args: ["--collector.plain"], file: "collectors: { plain: false }" }, [
      "plain",
      "one",
    ]],
    ["a flag that leaves only those that are switched on", {
      args: ["--collector.disable-defaults"],
      file: "collectors: { one: true }",
    }, ["one"]],
  ];
  for (const [what, written, enabled] of switches) {
    it(`runs the collectors that ${what} asks for`, () => {
      assert.deepEqual([...optionsOf(exporterWith({}), written).enabled], enabled);
    });
  }

  it("switches a collector by the names that another exporter has for that", () => {
    const collectors = {
      status: { help: "S.", alias: { flag: "collect.status" }, collect() {} },
      clients: { help: "C.", enabled: false, alias: { flag: "list", variable: "T_EXPORTER_LIST" }, collect() {} },
    };
    const exporter = defineExporter({ name: "t", version: "1.0.0", port: 1, collectors });
    const enabled = (written: Written) => [...optionsOf(exporter, written).enabled];
    assert.deepEqual(enabled({}), ["status"]);
    assert.deepEqual(enabled({ args: ["--no-collect.status", "-list"] }), ["clients"]);
    assert.deepEqual(enabled({ variables: { T_EXPORTER_LIST: "true" } }), ["status", "clients"]);
    assert.deepEqual(enabled({ args: ["--no-list"], variables: { T_EXPORTER_LIST: "true" } }), ["status"]);
    assert.match(helpText(exporter), /--\[no-\]collector\.clients +C\. Also --list, T_EXPORTER_LIST\.\n/);
  });

  const wrong: [string, Written, string[]][] = [
    ["a flag", { args: ["--web.listen-address=9100"] }, [
      'Flag --web.listen-address: got "9100", expected host:port, [address]:port or :port',
    ]],
    ["a port", { file: "web: { listen_address: [':70000'] }" }, [
      't.yml:1: web.listen_address.0: got ":70000", expected host:port, [address]:port or :port',
    ]],
    ["a key", { file: "log:\n  levle: debug\ncollectors:\n  plane: true\n" }, [
      "t.yml:2: log.levle: unknown key, did you mean level?",
      "t.yml:4: collectors.plane: unknown key, did you mean plain?",
    ]],
    ["a flag and a file", { args: ["--colour"], file: "log: { level: loud }" }, [
      "Unknown flag --colour, expected one of those that --help lists",
      't.yml:1: log.level: got "loud", expected ("debug" | "info" | "warn" | "error")',
    ]],
    ["the file's name for what only flags ask", { file: "help: true" }, [
      "t.yml:1: help: unknown key, expected one of web, collector, scrape, metrics, discovery, log, collectors",
    ]],
    ["the syntax", { file: "log: {level: debug\nweb: 1\n" }, [
      "t.yml:2:1: Flow map in block collection must be sufficiently indented and end with a }",
    ]],
    ["a key that stands twice", { file: "log: {}\nlog: {}\n" }, ["t.yml:2:1: Map keys must be unique"]],
  ];
  for (const [what, written, problems] of wrong) {
    it(`says what is wrong with ${what}`, () => {
      assert.deepEqual(problemsOf(exporterWith({}), written).slice(0, problems.length), problems);
    });
  }

  it("answers questions whatever the file says, and although settings are missing", () => {
    const exporter = defineExporter({
      name: "t",
      version: "1.0.0",
      port: 1,
      settings: v.object({ url: v.string() }),
      collectors: {},
    });
    for (const question of ["--help", "-h", "--version", "--config.schema"]) {
      const reading = read(exporter, { args: [question], file: "nonsense" });
      assert.ok("command" in reading && !("options" in reading), question);
    }
    assert.equal(problemsOf(exporter, { args: ["--help", "--nonsense"] }).length, 2);
  });

  it("takes no variable for what only flags ask: T_EXPORTER_VERSION is often there for other reasons", () => {
    const variables = { T_EXPORTER_VERSION: "1.2.3", T_EXPORTER_HELP: "true", T_EXPORTER_CONFIG_CHECK: "true" };
    const reading = read(exporterWith({}), { variables });
    assert.ok("options" in reading && !reading.command.config.check);
  });

  it("warns of variables that are nearly right, and of switches that have nothing to switch off", () => {
    const { warnings } = optionsOf(exporterWith({}), {
      args: ["--no-collector.zfs"],
      variables: { T_EXPORTER_LOG_LEVLE: "debug" },
    });
    assert.deepEqual(warnings, [
      "There is no such collector to switch off: --no-collector.zfs",
      "Variable T_EXPORTER_LOG_LEVLE means nothing, did you mean T_EXPORTER_LOG_LEVEL?",
    ]);
  });

  it("refuses sockets of systemd, and takes that there are none", () => {
    const exporter = exporterWith({});
    assert.deepEqual(problemsOf(exporter, { args: ["--web.systemd-socket"] }), [
      "Flag --web.systemd-socket: got true, expected false: sockets of systemd cannot be taken over, use --web.listen-address",
    ]);
    assert.equal(optionsOf(exporter, { args: ["--no-web.systemd-socket"] }).common.web.systemdSocket, false);
  });

  describe("of an exporter that has other names for what every exporter has", () => {
    const renamed: Exporter = {
      ...exporterWith({}),
      aliases: {
        "web.listen-address": { variable: "LISTEN_ADDRESS" },
        "scrape.timeout-offset": { flag: "timeout-offset" },
        "log.level": { flag: "debug", means: { true: "debug", false: "info" } },
        "log.format": { flag: "log-format", means: { txt: "logfmt" } },
      },
    };
    const commonOf = (written: Written) => optionsOf(renamed, written).common;

    it("reads them as its own", () => {
      assert.deepEqual(commonOf({ variables: { LISTEN_ADDRESS: ":1" } }).web.listenAddress, [":1"]);
      assert.equal(commonOf({ args: ["--timeout-offset=0.25"] }).scrape.timeoutOffset, 0.25);
    });

    it("reads a switch that stands for a word", () => {
      assert.equal(commonOf({ args: ["-debug"] }).log.level, "debug");
      assert.equal(commonOf({ args: ["-debug", "--no-debug"] }).log.level, "info");
      assert.equal(commonOf({ variables: { T_EXPORTER_DEBUG: "1" } }).log.level, "debug");
      assert.equal(commonOf({ args: ["--log.level=warn"] }).log.level, "warn");
    });

    it("reads another word for the same", () => {
      for (const args of [["-log-format", "txt"], ["--log.format=logfmt"]]) {
        assert.equal(commonOf({ args, variables: { T_EXPORTER_LOG_FORMAT: "json" } }).log.format, "logfmt");
      }
      assert.equal(commonOf({ variables: { T_EXPORTER_LOG_FORMAT: "txt" } }).log.format, "logfmt");
      assert.deepEqual(problemsOf(renamed, { args: ["--log-format=xml"] }), [
        'Flag --log-format: got "xml", expected one of logfmt, json',
      ]);
    });

    it("tells them in its help", () => {
      const help = helpText(renamed);
      assert.match(help, /--web\.listen-address=.* Also LISTEN_ADDRESS\.$/m);
      assert.match(help, /--\[no-\]debug .* The same as --log\.level=debug\.$/m);
      assert.match(help, /--log\.format=.* Also --log-format\.$/m);
    });

    it("is refused where it renames what there is not", () => {
      const wrong = { ...renamed, aliases: { "log.colour": { flag: "colour" } } };
      assert.throws(() => read(wrong, {}), {
        name: "TypeError",
        message: 'Cannot give settings of exporter "t" other names: no exporter has --log.colour',
      });
    });
  });

  it("refuses an exporter whose own setting has the name of another", () => {
    const exporter = defineExporter({
      name: "t",
      version: "1.0.0",
      port: 1,
      settings: v.object({ log: v.object({ level: v.string() }) }),
      collectors: {},
    });
    assert.throws(() => read(exporter, {}), {
      name: "TypeError",
      message: 'Cannot read the settings of exporter "t": every exporter has --log.level, choose another name than ' +
        '"log.level"',
    });
  });

  it("reads what may be probed, of exporters that probe", () => {
    const exporter = withProbe(exporterWith({}), { collectors: {} });
    const args = ["--probe.allow=localhost:9200", "--probe.allow=127.0.0.0/8"];
    assert.deepEqual(optionsOf(exporter, { args }).common.probe?.allow, ["localhost:9200", "127.0.0.0/8"]);
    assert.deepEqual(optionsOf(exporter, { file: "probe: { allow: ['::1'] }" }).common.probe?.allow, ["::1"]);
    assert.match(helpText(exporter), /--probe\.allow=<string> +Closed host /);
    assert.deepEqual(problemsOf(exporterWith({}), { args: ["--probe.allow=localhost"] }), [
      "Unknown flag --probe.allow, expected one of those that --help lists",
    ]);
  });

  it("reads the settings file of the exporter where there is one, and another where a flag names it", () => {
    const exporter: Exporter = { ...exporterWith({}), settingsFile: "usual.yml" };
    const files: Record<string, string> = { "usual.yml": "log: { level: warn }", "own.yml": "log: { level: error }" };
    const readWith = (args: readonly string[], there: readonly string[]) => {
      const reading = readProgramOptions(exporter, {
        args,
        variable: () => undefined,
        variableNames: [],
        readFile(path) {
          if (!there.includes(path)) throw new Error(`no such file: ${path}`);
          return files[path]!;
        },
        openSettingsFile(path) {
          const document = parseSettings(path, files[path]!);
          return "problems" in document ? document : { document, readFile: () => "" };
        },
      });
      assert.ok("options" in reading, JSON.stringify(reading));
      return [reading.options.settingsFile, reading.options.common.log.level];
    };
    assert.deepEqual(readWith([], ["usual.yml"]), ["usual.yml", "warn"]);
    assert.deepEqual(readWith(["--config.file=own.yml"], ["usual.yml", "own.yml"]), ["own.yml", "error"]);
    assert.deepEqual(readWith([], []), [undefined, "info"]);
    assert.match(helpText(exporter), /--config\.file=<string> .* Default: usual\.yml\.$/m);
  });

  it("has strict probes where the exporter or a flag says so", () => {
    const lenient = withProbe(exporterWith({}), { collectors: {} });
    const strict = withProbe(exporterWith({}), { strict: true, collectors: {} });
    assert.equal(optionsOf(lenient, {}).common.probe?.strict, false);
    assert.equal(optionsOf(lenient, { args: ["--probe.strict"] }).common.probe?.strict, true);
    assert.equal(optionsOf(strict, {}).common.probe?.strict, true);
    assert.equal(optionsOf(strict, { args: ["--no-probe.strict"] }).common.probe?.strict, false);
    assert.match(helpText(strict), /--\[no-\]probe\.strict .* Default: true\.$/m);
  });

  it("says what cannot be probed with", () => {
    const exporter = withProbe(exporterWith({}), {
      authModules: () => ({ main: { hosts: ["a b"] } }),
      collectors: {},
    });
    const expected = "expected a host, an address, one of them with a port, or a range, such as " +
      '"localhost:9200" or "127.0.0.0/8"';
    assert.deepEqual(problemsOf(exporter, { args: ["--probe.allow=*"] }), [
      `Setting probe.allow: Cannot read "*": ${expected}`,
      `Auth module "main": Cannot read "a b": ${expected}`,
    ]);
  });

  it("knows the collectors and histograms of probes", () => {
    const exporter = withProbe(exporterWith({}), {
      collectors: {
        remote: { help: "Remote.", metrics: { latency }, collect() {} },
        one: { help: "Of both.", collect() {} },
      },
    });
    const options = optionsOf(exporter, { args: ["--no-collector.remote", `${FLAG}=both`] });
    assert.deepEqual([[...options.enabled].sort(), options.common.metrics.histograms], [["one", "plain"], "both"]);
    assert.match(helpText(exporter), /--\[no-\]collector\.remote +Remote\. Default: true\./);
  });

  it("refuses an exporter that calls its own setting as another is called", () => {
    for (const other of [{ flag: "log.level" }, { variable: "T_EXPORTER_LOG_LEVEL" }]) {
      const settings = v.object({ depth: v.optional(v.pipe(v.number(), alias(other))) });
      const exporter = defineExporter({ name: "t", version: "1.0.0", port: 1, settings, collectors: {} });
      assert.throws(() => read(exporter, {}), { name: "TypeError", message: /choose another name than "depth"$/ });
    }
  });
});
