import assert from "node:assert/strict";
import { createServer, type Socket } from "node:net";
import { after, afterEach, before, describe, it } from "node:test";
import * as v from "valibot";
import { RedisServer } from "./server.ts";
import { settings as schema } from "./settings.ts";
import { ownServer } from "./where.ts";

/** What a fake server answers to a command, as bytes; nothing is no answer. */
type Answer = (command: string, socket: Socket) => string;

describe("RedisServer", () => {
  let port: number;
  let answer: Answer;
  let commands: string[] = [];
  let opened: RedisServer[] = [];
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (bytes) => {
      for (const command of parseCommands(bytes.toString())) {
        commands.push(command);
        socket.write(answer(command, socket));
      }
    });
  });
  before(async () => {
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    port = (listener.address() as { port: number }).port;
  });
  afterEach(() => {
    opened.forEach((server) => server.close());
    [opened, commands] = [[], []];
  });
  after(() => {
    sockets.forEach((socket) => socket.destroy());
    listener.close();
  });

  function serverOf(input: v.InferInput<typeof schema> = {}): RedisServer {
    const settings = v.parse(schema, { redis: { addr: `127.0.0.1:${port}` }, ...input });
    const server = new RedisServer(settings, ownServer(settings));
    opened.push(server);
    return server;
  }
  const signal = new AbortController().signal;
  const healthy: Answer = (command) => command === "PING" ? "+PONG\r\n" : "+OK\r\n";

  it("RedisServer.reach() connects once, and asks each time", async () => {
    answer = healthy;
    const server = serverOf();
    await server.reach(signal);
    await server.reach(signal);
    assert.deepEqual(commands, ["CLIENT SETNAME redis_exporter", "PING", "PING"]);
    assert.ok(server.connectSeconds > 0 && server.pingSeconds! > 0);
  });

  it("RedisServer.reach() gives a server that never agrees on TLS no longer than the settings do", async () => {
    answer = () => "";
    const server = serverOf({ redis: { addr: `rediss://127.0.0.1:${port}` }, connectionTimeout: "50ms" });
    await assert.rejects(server.reach(signal), {
      reason: "timeout",
      message: `Cannot reach Redis at 127.0.0.1:${port}: nothing answers there within --connection-timeout`,
    });
  });

  it("RedisServer.reach() sends nothing but what it has to", async () => {
    answer = healthy;
    await serverOf({ setClientName: false }).reach(signal);
    assert.deepEqual(commands, ["PING"]);
  });

  it("RedisServer.reach() connects anew at once where the connection was lost", async () => {
    answer = healthy;
    const server = serverOf();
    await server.reach(signal);
    // The exporter has not heard of it yet when it asks.
    answer = (command, socket) => {
      if (command !== "PING" || commands.filter((one) => one === "PING").length > 2) return healthy(command, socket);
      socket.destroy();
      return "";
    };
    await server.reach(signal);
    assert.equal(commands.filter((one) => one.startsWith("CLIENT")).length, 2);
  });

  for (const said of ["NOPERM no permissions", "LOADING Redis is loading the dataset in memory", "MASTERDOWN Link"]) {
    it(`RedisServer.reach() takes "${said}" for an answer`, async () => {
      answer = (command) => command === "PING" ? `-${said}\r\n` : "+OK\r\n";
      await serverOf().reach(signal);
    });
  }

  it("RedisServer.reach() fails where Redis is busy, and keeps the connection", async () => {
    const server = serverOf();
    answer = (command) => command === "PING" ? "-BUSY Redis is busy running a script\r\n" : "+OK\r\n";
    for (let i = 0; i < 2; i++) await assert.rejects(server.reach(signal), { code: "BUSY" });
    assert.equal(commands.filter((one) => one.startsWith("CLIENT")).length, 1);
  });

  it("RedisServer.reach() logs in again where Redis wants a password: there may be one by now", async () => {
    const server = serverOf();
    answer = (command) => command === "PING" ? "-NOAUTH Authentication required.\r\n" : "+OK\r\n";
    for (let i = 0; i < 2; i++) await assert.rejects(server.reach(signal), { code: "NOAUTH" });
    assert.equal(commands.filter((one) => one.startsWith("CLIENT")).length, 2);
  });

  it("RedisServer.reach() takes what Redis says to a client for no answer to its first command", async () => {
    answer = () => "-ERR max number of clients reached\r\n";
    for (const settings of [{}, { setClientName: false }, { redis: { addr: `127.0.0.1:${port}`, password: "x" } }]) {
      await assert.rejects(serverOf(settings).reach(signal), {
        message: /^Redis at .* turns clients away: ERR max number/,
      });
    }
  });

  it("RedisServer.reach() gives the reason of its signal as cause that nothing was answered", async () => {
    answer = () => "";
    const controller = new AbortController();
    const reaching = serverOf().reach(controller.signal);
    const reason = new Error("the deadline");
    setTimeout(() => controller.abort(reason), 50);
    await assert.rejects(reaching, (error: Error) => {
      assert.equal(error, reason);
      assert.match(
        (error.cause as Error).message,
        /^Redis at 127\.0\.0\.1:\d+ accepts connections, but does not answer/,
      );
      return true;
    });
  });

  it("RedisServer.send() says when there is no connection, or no longer", async () => {
    answer = healthy;
    const server = serverOf();
    await assert.rejects(server.send(["INFO"], signal), { message: /^There is no connection to Redis at 127/ });
    await server.reach(signal);
    answer = (_, socket) => {
      socket.destroy();
      return "";
    };
    await assert.rejects(server.send(["INFO"], signal), { message: /was lost before it answered INFO$/ });
  });

  it("RedisServer.mode() and databases() are asked once, and are a guess where they may not be", async () => {
    const info = "# Server\r\nredis_mode:cluster\r\n";
    answer = (command) => {
      if (command === "INFO server") return `$${info.length}\r\n${info}\r\n`;
      return command === "CONFIG GET databases" ? "*2\r\n$9\r\ndatabases\r\n$1\r\n4\r\n" : "+OK\r\n";
    };
    const server = serverOf();
    await server.reach(signal);
    for (let i = 0; i < 2; i++) {
      assert.deepEqual([await server.mode(signal), await server.databases(signal)], ["cluster", 4]);
    }
    assert.equal(commands.length, 4);

    answer = (command) => /^(INFO|CONFIG)/.test(command) ? "-NOPERM no permissions\r\n" : "+OK\r\n";
    const limited = serverOf();
    await limited.reach(signal);
    assert.deepEqual([await limited.mode(signal), await limited.databases(signal)], ["unknown", 16]);
  });

  it("RedisServer.withConnection() lends a connection, and ends it", async () => {
    answer = healthy;
    const server = serverOf();
    await server.reach(signal);
    assert.equal(await server.withConnection((redis) => redis.send(["PING"], signal), signal), "PONG");
    await assert.rejects(server.withConnection(() => Promise.reject(new Error("no")), signal), { message: "no" });
    for (let tries = 0; sockets.size > 1 && tries < 100; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.equal(sockets.size, 1);
  });
});

/** Commands as clients send them: lists of texts with their lengths before them. */
function parseCommands(bytes: string): string[] {
  return bytes.split(/^\*\d+\r\n/m).filter((part) => part !== "")
    .map((part) => part.split("\r\n").filter((_, i) => i % 2 === 1).join(" "));
}
