import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { createLogger, errorText, type LogFields, type LoggerOptions, SILENT, withFields } from "./logger.ts";

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 6);

function lines(log: (logger: ReturnType<typeof createLogger>) => void, options: Partial<LoggerOptions> = {}): string[] {
  const written: string[] = [];
  log(createLogger({ write: (line) => written.push(line), now: () => NOW, ...options }));
  return written;
}

function logfmt(message: string, fields?: LogFields): string {
  return lines((logger) => logger.info(message, fields))[0]!;
}

function json(message: string, fields?: LogFields): Record<string, unknown> {
  return JSON.parse(lines((logger) => logger.info(message, fields), { format: "json" })[0]!);
}

describe("createLogger()", () => {
  it("writes time, level, message and fields in this order", () => {
    const line = 'time=2026-01-02T03:04:05.006Z level=info msg="Collector failed" collector=cpu seconds=0.5';
    assert.equal(logfmt("Collector failed", { collector: "cpu", seconds: 0.5 }), line);
  });

  const every = (logger: ReturnType<typeof createLogger>) => {
    logger.error("e");
    logger.warn("w");
    logger.info("i");
    logger.debug("d");
  };
  const levels = [["error", "e"], ["warn", "ew"], ["info", "ewi"], ["debug", "ewid"]] as const;
  for (const [level, shown] of levels) {
    it(`writes the levels up to ${level}`, () => {
      const written = lines(every, { level, format: "json" }).map((line) => JSON.parse(line).msg);
      assert.equal(written.join(""), shown);
    });
  }

  it("writes from info on by default", () => assert.equal(lines(every).length, 3));

  const values: [unknown, string][] = [
    ["plain", "plain"],
    ["a/b:c,d;e", "a/b:c,d;e"],
    ["é日", "é日"],
    ["", '""'],
    ["two words", '"two words"'],
    ["a=b", '"a=b"'],
    ['say "hi"', '"say \\"hi\\""'],
    ["back\\slash", '"back\\\\slash"'],
    ["line\nfeed\r", '"line\\nfeed\\r"'],
    ["\u0000\u001b[31m", '"\\u0000\\u001b[31m"'],
    ["\u2028", '"\u2028"'],
    [0, "0"],
    [NaN, "NaN"],
    [-1.5, "-1.5"],
    [true, "true"],
    [null, "null"],
    [undefined, "undefined"],
    [10n, "10"],
    [["a", 1], '"[\\"a\\",1]"'],
    [{ a: 1 }, '"{\\"a\\":1}"'],
    [new Error("no route"), '"no route"'],
  ];
  for (const [value, shown] of values) {
    it(`writes ${shown} in logfmt`, () => assert.equal(logfmt("m", { v: value }).split(" msg=m v=")[1], shown));
  }

  it("writes one line, whatever the message holds", () => {
    const message = 'a\nb level=error msg="forged"';
    const line = logfmt(message);
    assert.ok(!line.includes("\n"));
    assert.ok(line.endsWith(' level=info msg="a\\nb level=error msg=\\"forged\\""'));
    assert.equal(json(message).msg, message);
  });

  it("writes JSON that reads back as the fields", () => {
    const fields = { collector: 'c"pu', seconds: 0.5, ok: false, none: null, list: [1, "a"], deep: { a: "\n" } };
    assert.deepEqual(json("m", { ...fields, unknown: undefined }), {
      time: "2026-01-02T03:04:05.006Z",
      level: "info",
      msg: "m",
      ...fields,
    });
  });

  it("writes errors as texts, also inside of other values", () => {
    const error = new Error("outer", { cause: new Error("inner") });
    assert.deepEqual(json("m", { error, list: [error] }).list, ["outer: inner"]);
    assert.equal(json("m", { error }).error, "outer: inner");
    assert.match(logfmt("m", { error }), / error="outer: inner"$/);
    assert.match(logfmt("m", { list: [error] }), / list="\[\\"outer: inner\\"\]"$/);
  });

  it("writes no credentials of URLs, wherever they stand", () => {
    const url = 'http://me:s3c"ret@db/x';
    const fields = { url, list: [url], link: new URL("http://me:s3cret@db/x"), error: new Error("no", { cause: url }) };
    for (const format of ["logfmt", "json"] as const) {
      const [line] = lines((logger) => logger.info(`asking ${url}`, fields), { format });
      assert.doesNotMatch(line!, /s3c|ret@/);
      assert.equal(line!.match(/http:\/\/<secret>@db\/x/g)!.length, 5);
    }
  });

  it("never throws, whatever the fields hold", () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const hostile = { circular, big: { n: 1n }, symbol: Symbol("s"), fn() {}, bare: Object.create(null) };
    for (const format of ["logfmt", "json"] as const) {
      for (const [key, value] of Object.entries(hostile)) {
        const written = lines((logger) => logger.info("m", { [key]: value }), { format });
        assert.equal(written.length, 1, `${key} as ${format}`);
        assert.ok(written[0]!.includes("info"));
      }
    }
  });
});

describe("withFields()", () => {
  it("puts fields before those of each line", () => {
    const written = lines((logger) => {
      const named = withFields(logger, { collector: "disk" });
      for (const level of ["error", "warn", "info", "debug"] as const) named[level]("m", { path: "/" });
      named.info("m");
    }, { level: "debug" });
    const ends = written.map((line) => line.slice(line.indexOf(" level=")));
    assert.deepEqual(ends, [
      ...["error", "warn", "info", "debug"].map((level) => ` level=${level} msg=m collector=disk path=/`),
      " level=info msg=m collector=disk",
    ]);
  });
});

describe("errorText()", () => {
  it("says what an error and its causes say", () => {
    assert.equal(errorText(new Error("a", { cause: new Error("b", { cause: "c" }) })), "a: b: c");
    assert.equal(errorText(new TypeError()), "TypeError");
    assert.equal(errorText("text"), "text");
    assert.equal(errorText(undefined), "undefined");
    assert.equal(errorText(new AggregateError([new Error("x"), new Error("y")], "several")), "several: x: y");
  });

  it("says no credentials of URLs", () => {
    const error = new TypeError("Request cannot be constructed from a URL that includes credentials: http://a:b@c/");
    assert.match(errorText(error), /credentials: http:\/\/<secret>@c\/$/);
  });

  it("comes to an end when an error is its own cause", () => {
    const error = new Error("loop");
    error.cause = error;
    assert.match(errorText(error), /^loop/);
  });
});

describe("SILENT", () => {
  it("takes everything and writes nothing", () => {
    for (const level of ["error", "warn", "info", "debug"] as const) {
      assert.equal(SILENT[level]("m", { a: 1 }), undefined);
    }
  });
});
