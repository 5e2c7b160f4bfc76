import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gauge } from "../metrics/gauge.ts";
import { Registry } from "../metrics/registry.ts";
import { Output } from "./_output.ts";
import {
  closeMessage,
  openMessage,
  varintBytes,
  writeInt64,
  writeStringField,
  writeVarint,
  writeZigZag,
} from "./_wire.ts";
import { encode, encodeChunks } from "./encode.ts";
import { negotiate } from "./negotiate.ts";

const PROTOBUF = negotiate(
  "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;escaping=allow-utf-8",
);

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

function written(write: (output: Output) => void): string {
  const output = new Output(1);
  write(output);
  return hex(output.written());
}

describe("writeVarint()", () => {
  const cases: [value: number, bytes: string][] = [
    [0, "00"],
    [1, "01"],
    [127, "7f"],
    [128, "80 01"],
    [300, "ac 02"],
    [2 ** 31, "80 80 80 80 08"],
    [2 ** 32 - 1, "ff ff ff ff 0f"],
    [2 ** 32, "80 80 80 80 10"],
    [2 ** 53, "80 80 80 80 80 80 80 10"],
  ];
  for (const [value, bytes] of cases) {
    it(`writes ${value}`, () => {
      assert.equal(written((output) => writeVarint(output, value)), bytes);
      assert.equal(varintBytes(value), bytes.split(" ").length);
    });
  }
});

describe("writeInt64()", () => {
  it("writes a negative number in ten bytes", () => {
    assert.equal(written((output) => writeInt64(output, -1)), "ff ff ff ff ff ff ff ff ff 01");
    assert.equal(written((output) => writeInt64(output, 5)), "05");
  });
});

describe("writeZigZag()", () => {
  it("writes small numbers of either sign in one byte", () => {
    for (const [value, byte] of [[0, "00"], [-1, "01"], [1, "02"], [-64, "7f"]] as const) {
      assert.equal(written((output) => writeZigZag(output, value)), byte);
    }
  });
});

describe("closeMessage()", () => {
  it("puts the length before a message of any size, whatever room was left for it", () => {
    for (const size of [0, 1, 127, 128, 20_000]) {
      for (const room of [1, 2, 3]) {
        const output = new Output(1);
        const start = openMessage(output, 2, room);
        output.append(new Uint8Array(size).fill(0xaa));
        assert.equal(closeMessage(output, start, room), varintBytes(size));
        const prefix = written((other) => {
          writeVarint(other, 2 << 3 | 2);
          writeVarint(other, size);
        });
        assert.equal(hex(output.written()), [prefix, ...Array(size).fill("aa")].join(" "));
      }
    }
  });
});

describe("writeStringField()", () => {
  it("leaves an empty text out", () => {
    assert.equal(written((output) => writeStringField(output, 1, "")), "");
  });
});

describe("encode() as protobuf", () => {
  it("writes the bytes of Prometheus' own example", () => {
    const registry = new Registry();
    registry.add(gauge("up", "h", ["a"])).set({ a: "b" }, 1);
    assert.equal(
      hex(encode(registry.snapshots(), PROTOBUF)),
      "1e 0a 02 75 70 12 01 68 18 01 22 13 0a 06 0a 01 61 12 01 62 12 09 09 00 00 00 00 00 00 f0 3f",
    );
  });

  it("writes nothing for no families", () => {
    assert.equal(encode(new Registry().snapshots(), PROTOBUF).length, 0);
  });

  it("gives a chance for other work inside a large family", () => {
    const registry = new Registry();
    const values = registry.add(gauge("g", "G.", ["i"]));
    for (let i = 0; i < 10_000; i++) values.set({ i }, i);
    const chunks = [...encodeChunks(registry.snapshots(), PROTOBUF)];
    assert.ok(chunks.filter(({ length }) => length === 0).length >= 4);
    const whole = encode(registry.snapshots(), PROTOBUF);
    assert.equal(hex(new Uint8Array(chunks.flatMap((chunk) => [...chunk]))), hex(whole));
  });
});
