import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { describe, it } from "node:test";
import { Lines } from "./lines.ts";

function linesOf() {
  const socket = Object.assign(new EventEmitter(), { pause: () => {} });
  const say = (text: string) => socket.emit("data", new TextEncoder().encode(text));
  return { socket, say, lines: new Lines(socket as unknown as Socket) };
}

describe("Lines", () => {
  it("Lines.next() gives lines without their ends, however they are cut", async () => {
    const { lines, say } = linesOf();
    say("220 rea");
    say("dy\r\n250");
    assert.equal(await lines.next(), "220 ready");
    const next = lines.next();
    say(" ok\n");
    assert.equal(await next, "250 ok");
  });

  it("Lines.next() gives what is left when the connection ends, then nothing", async () => {
    const { lines, say, socket } = linesOf();
    say("a\nb");
    socket.emit("end");
    assert.deepEqual([await lines.next(), await lines.next(), await lines.next()], ["a", "b", undefined]);
  });

  it("Lines.next() rejects when the connection fails, or a line does not end", async () => {
    const { lines, socket } = linesOf();
    const next = lines.next();
    socket.emit("error", new Error("reset"));
    await assert.rejects(next, { message: "reset" });
    const endless = linesOf();
    endless.say("x".repeat(70_000));
    await assert.rejects(endless.lines.next(), { message: "a line is longer than 65536 bytes" });
  });

  it("Lines.release() leaves no listener behind", () => {
    const { lines, socket } = linesOf();
    lines.release();
    assert.deepEqual(socket.eventNames(), []);
  });
});
