/** How an exporter lets itself be found, on every runtime. */
import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ask } from "../_http.ts";
import { runToEnd, startServer } from "../_process.ts";
import type { RuntimeUnderTest } from "./suite.ts";

/** Registers the tests of programs that announce themselves. */
export function describeAnnouncing(
  runtime: RuntimeUnderTest,
  command: NonNullable<RuntimeUnderTest["command"]>,
): void {
  describe(`an exporter that announces itself on ${runtime.name}`, runtime.needs, () => {
    it("does so while it serves, and takes it back on SIGTERM while it still answers", async () => {
      await using place = await announcementPlace();
      const server = await startServer(await command("hello", place.flags));
      try {
        const { host, port } = new URL(server.url);
        const id = `hello-127.0.0.1_${port}`;
        const group = { targets: [host], labels: { job: "orders", __meta_exporterkit_exporter: "hello" } };
        await place.untilAsked(1);
        assert.deepEqual(JSON.parse(await Deno.readTextFile(`${place.folder}/${id}.json`)), [group]);
        const sd = await ask(`${server.url}/sd`);
        assert.equal(sd.headers["content-type"], "application/json");
        assert.deepEqual(JSON.parse(sd.text), [group]);
        place.onAsked(async () => {
          place.answersDuringWithdrawal.push((await ask(`${server.url}/metrics`)).status);
        });
        const { code, signal, stderr } = await server.stop();
        assert.deepEqual({ code, signal }, { code: 0, signal: null }, stderr);
        assert.deepEqual(place.asked, [
          { line: `PUT /instances/${id}`, body: { ...group, ttl: "60s" } },
          { line: `DELETE /instances/${id}`, body: undefined },
        ]);
        assert.deepEqual(place.answersDuringWithdrawal, [200]);
        assert.deepEqual(await Array.fromAsync(Deno.readDir(place.folder)), []);
      } finally {
        await server.stop();
      }
    });

    it("stays announced when it is killed", async () => {
      await using place = await announcementPlace();
      const server = await startServer(await command("hello", place.flags));
      await place.untilAsked(1);
      server.signal("SIGKILL");
      await server.ended;
      assert.deepEqual(place.asked.map(({ line }) => line.split(" ")[0]), ["PUT"]);
      assert.equal((await Array.fromAsync(Deno.readDir(place.folder))).length, 1);
    });

    it("does not start where it cannot write", async () => {
      const { code, stderr } = await runToEnd(
        await command("hello", ["--web.listen-address=127.0.0.1:0", "--discovery.file=/no/such/folder"]),
      );
      assert.equal(code, 1, stderr);
      assert.match(stderr, /Cannot announce in the folder .*\/no\/such\/folder.*it has to exist/);
      assert.doesNotMatch(stderr, /^\s+at /m);
    });
  });
}

/** A folder, a server in place of a catalogue, and the flags that lead to both. */
async function announcementPlace() {
  const folder = await Deno.makeTempDir({ prefix: "exporterkit-announcing-" });
  const asked: { line: string; body: unknown }[] = [];
  let onAsked = () => Promise.resolve();
  let wake = () => {};
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    asked.push({ line: `${request.method} ${request.url}`, body: text === "" ? undefined : JSON.parse(text) });
    await onAsked();
    response.writeHead(204).end();
    wake();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    folder,
    asked,
    answersDuringWithdrawal: [] as number[],
    flags: [
      "--web.listen-address=127.0.0.1:0",
      `--discovery.file=${folder}`,
      `--discovery.http=http://127.0.0.1:${port}`,
      "--discovery.label=job=orders",
    ],
    onAsked(callback: () => Promise<void>) {
      onAsked = callback;
    },
    async untilAsked(times: number) {
      while (asked.length < times) await new Promise<void>((resolve) => wake = resolve);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      await Deno.remove(folder, { recursive: true });
    },
  };
}
