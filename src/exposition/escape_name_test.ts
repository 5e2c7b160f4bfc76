import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { escapeName, unescapeName } from "./escape_name.ts";

/** Worked examples of Prometheus' libraries: name, underscores, dots, values. */
const EXAMPLES: [name: string, underscores: string, dots: string, values: string][] = [
  ["", "", "", ""],
  ["job:rate_5m", "job:rate_5m", "job:rate__5m", "job:rate_5m"],
  ["net.rx:avg5", "net_rx:avg5", "net_dot_rx:avg5", "U__net_2e_rx:avg5"],
  [
    "process.cpu.load_total",
    "process_cpu_load_total",
    "process_dot_cpu_dot_load__total",
    "U__process_2e_cpu_2e_load__total",
  ],
  ["a b é", "a_b__", "a__b____", "U__a_20_b_20__e9_"],
  ["9lives", "_lives", "__lives", "U___39_lives"],
  ["日", "_", "__", "U___65e5_"],
  ["😀", "_", "__", "U___1f600_"],
];

describe("escapeName()", () => {
  for (const [name, underscores, dots, values] of EXAMPLES) {
    it(`escapes ${JSON.stringify(name)} under every scheme`, () => {
      assert.equal(escapeName(name, "allow-utf-8"), name);
      assert.equal(escapeName(name, "underscores"), underscores);
      assert.equal(escapeName(name, "dots"), dots);
      assert.equal(escapeName(name, "values"), values);
    });
  }

  it("gives legacy names for any name", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", minLength: 1 }), (name) => {
      for (const escaping of ["underscores", "dots", "values"] as const) {
        assert.match(escapeName(name, escaping), /^[a-zA-Z_:][a-zA-Z0-9_:]*$/);
      }
    }));
  });

  it("replaces a lone surrogate under values", () => {
    assert.equal(escapeName("a\ud800", "values"), "U__a_FFFD_");
  });
});

describe("unescapeName()", () => {
  it("undoes values for any well-formed name that is not taken for an escaped one", () => {
    fc.assert(fc.property(fc.string({ unit: "grapheme" }), (name) => {
      fc.pre(!name.startsWith("U__"));
      assert.equal(unescapeName(escapeName(name, "values"), "values"), name);
    }));
  });

  it("undoes dots for names of legacy characters and dots", () => {
    const legacy = fc.stringMatching(/^[a-z][a-z0-9.]{0,20}$/);
    fc.assert(fc.property(legacy, (name) => {
      assert.equal(unescapeName(escapeName(name, "dots"), "dots"), name);
    }));
  });

  const malformed = [
    "U__a_2e",
    "U__a_",
    "U__a_xyz_",
    "U__a_1234567_",
    "U__a_110000_",
    "U__a_d800_",
    "U__a_2e_b_",
    "plain",
  ];
  for (const name of malformed) {
    it(`leaves ${name} as it is`, () => {
      assert.equal(unescapeName(name, "values"), name);
    });
  }

  it("takes hexadecimal digits of either case", () => {
    assert.equal(unescapeName("U__a_2E_b", "values"), "a.b");
  });
});
