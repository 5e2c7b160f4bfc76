import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Answer, fakeMemcached } from "./_testing.ts";
import { Connection } from "./connection.ts";

const NEVER = new AbortController().signal;

describe("Connection.ask()", () => {
  it("reads the lines of an answer without its END, in whatever pieces they come", async () => {
    await using server = await fakeMemcached((_, socket) => {
      socket.write("STAT a 1\r");
      setTimeout(() => socket.write("\nST"), 5);
      setTimeout(() => socket.write("AT b 2\r\nEND\r\n"), 10);
      return undefined;
    });
    const connection = await Connection.open(server.address, { signal: NEVER });
    assert.deepEqual(await connection.ask("stats", NEVER), ["STAT a 1", "STAT b 2"]);
    connection.close();
  });

  it("gives each of several who wait their answer, on one connection", async () => {
    await using server = await fakeMemcached((command) =>
      command === "version" ? "VERSION 1\n" : `STAT ${command} 1\nEND\n`
    );
    const connection = await Connection.open(server.address, { signal: NEVER });
    const answers = await Promise.all(["a", "version", "b"].map((command) => connection.ask(command, NEVER)));
    assert.deepEqual(answers, [["STAT a 1"], ["VERSION 1"], ["STAT b 1"]]);
    assert.equal(server.connections(), 1);
    connection.close();
  });

  for (const refusal of ["ERROR", "CLIENT_ERROR unauthenticated", "SERVER_ERROR out of memory"]) {
    it(`rejects with ${refusal}, and goes on`, async () => {
      await using server = await fakeMemcached((command) => command === "bad" ? `${refusal}\n` : "END\n");
      const connection = await Connection.open(server.address, { signal: NEVER });
      const [bad, good] = await Promise.allSettled([connection.ask("bad", NEVER), connection.ask("stats", NEVER)]);
      assert.equal(bad.status === "rejected" && bad.reason.message, `memcached answered "${refusal}"`);
      assert.equal(good.status, "fulfilled");
      assert.equal(connection.isOpen, true);
      connection.close();
    });
  }

  const broken: [what: string, answer: Answer, message: RegExp][] = [
    [
      "another protocol",
      () => "HTTP/1.1 400 Bad Request\n\n",
      /^got "HTTP\/1.1 400 Bad Request", expected an answer of/,
    ],
    [
      "an answer that is too long",
      () => "STAT a 1\n".repeat(150_000),
      /^memcached answered more than 1048576 characters$/,
    ],
    ["a line that never ends", () => "STAT ".repeat(300_000), /^memcached answered more than 1048576 characters$/],
    [
      "an end in the middle of an answer",
      (_, socket) => void socket.end("STAT a 1\r\n"),
      /^the connection was closed$/,
    ],
  ];
  for (const [what, answer, message] of broken) {
    it(`rejects everybody who waits on ${what}, and cannot be used any more`, async () => {
      await using server = await fakeMemcached(answer);
      const connection = await Connection.open(server.address, { signal: NEVER });
      const both = [connection.ask("stats", NEVER), connection.ask("stats", NEVER)];
      for (const asked of both) await assert.rejects(asked, { message });
      assert.equal(connection.isOpen, false);
      await assert.rejects(connection.ask("stats", NEVER), { message });
    });
  }

  it("does not take for an answer what nobody asked for", async () => {
    await using server = await fakeMemcached((_, socket) => {
      socket.write("END\r\nEND\r\n");
      return undefined;
    });
    const connection = await Connection.open(server.address, { signal: NEVER });
    assert.deepEqual(await connection.ask("stats", NEVER), []);
    await assert.rejects(connection.ask("stats", NEVER), { message: 'memcached said "END" without being asked' });
  });

  it("gives up with the reason of the signal, and leaves others to their own", async () => {
    await using server = await fakeMemcached(() => undefined);
    const connection = await Connection.open(server.address, { signal: NEVER });
    const [first, second] = [new AbortController(), new AbortController()];
    const asked = [connection.ask("a", first.signal), connection.ask("b", second.signal)];
    const others = Promise.allSettled(asked);
    first.abort(new Error("the first is over"));
    assert.equal(connection.isOpen, false);
    await assert.rejects(connection.ask("c", NEVER), {
      message: /was given up, since memcached did not answer in time$/,
    });
    second.abort(new Error("the second is over"));
    assert.deepEqual((await others).map((end) => end.status === "rejected" && end.reason.message), [
      "the first is over",
      "the second is over",
    ]);
  });

  it("stays open when a signal is aborted after the answer", async () => {
    await using server = await fakeMemcached(() => "END\n");
    const connection = await Connection.open(server.address, { signal: NEVER });
    const controller = new AbortController();
    await connection.ask("stats", controller.signal);
    controller.abort();
    assert.deepEqual(await connection.ask("stats", NEVER), []);
    connection.close();
  });
});

describe("Connection.open()", () => {
  it("rejects where nothing listens", async () => {
    const server = await fakeMemcached(() => undefined);
    await server[Symbol.asyncDispose]();
    await assert.rejects(Connection.open(server.address, { signal: NEVER }), { code: "ECONNREFUSED" });
  });

  it("gives up with the reason of the signal, here while TLS is not answered", async () => {
    await using server = await fakeMemcached(() => undefined);
    const controller = new AbortController();
    const opening = Connection.open(server.address, { tls: {}, signal: controller.signal });
    const reason = new Error("the scrape is over");
    setTimeout(() => controller.abort(reason), 20);
    await assert.rejects(opening, reason);
    await assert.rejects(Connection.open(server.address, { signal: controller.signal }), reason);
  });
});
