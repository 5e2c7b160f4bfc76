/**
 * What an exporter promises on every runtime, asked over HTTP. The files beside this one only say how to start the
 * same two exporter files on their runtime.
 */
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { type Answer, ask } from "../_http.ts";
import { type Command, runToEnd, type Server, startServer } from "../_process.ts";
import type { Needs } from "../_programs.ts";
import { needsZstd, unzstd } from "../_zstd.ts";
import { describeAnnouncing } from "./announcing.ts";
import { describeSettings } from "./settings_suite.ts";
import { assertFailuresAreNamed } from "./upstream_failure_suite.ts";

/** An exporter that listens. */
export interface Started {
  /** Address without a path. */
  readonly url: string;
  stop(): Promise<unknown>;
}

/** One runtime as the suite needs it. */
export interface RuntimeUnderTest {
  /** The label `runtime` of the build information. */
  readonly name: "deno" | "node" | "bun" | "workers";
  /** What the test needs of the machine. */
  readonly needs: Needs;
  /** What the program itself says its version is; called once the runtime is installed. */
  version(): string | Promise<string>;
  /** Starts `examples/hello/exporter.ts` on a free port. */
  startHello(): Promise<Started>;
  /**
   * How to run one of the files as a program: an exporter, or `importer.ts`, which takes the path of the file to
   * import. Left out where there are no programs.
   */
  command?(file: ProgramFile, args: readonly string[]): Promise<Command>;
}

/** A file that is run as a program; `{hello}` in the arguments stands for the path of `hello`, and so on. */
export type ProgramFile = "hello" | "asking" | "slow" | "large" | "background" | "settings" | "importer" | "reach";

interface Format {
  readonly name: string;
  readonly accept: string | undefined;
  readonly contentType: string;
  /** The whole exposition, with `*` for what differs from run to run. */
  readonly expected: string;
}

const FORMATS: readonly Format[] = [
  {
    name: "no Accept",
    accept: undefined,
    contentType: "text/plain; version=0.0.4; charset=utf-8; escaping=underscores",
    expected: "hello_text_0_0_4.prom",
  },
  {
    name: "OpenMetrics 1.0",
    accept: "application/openmetrics-text;version=1.0.0",
    contentType: "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores",
    expected: "hello_openmetrics_1_0_0.prom",
  },
  {
    name: "text 1.0.0",
    accept: "text/plain;version=1.0.0;escaping=allow-utf-8",
    contentType: "text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8",
    expected: "hello_text_1_0_0.prom",
  },
];

const ANY_PORT = "--web.listen-address=127.0.0.1:0";

/** Registers the shared tests for one runtime. */
export function describeRuntime(runtime: RuntimeUnderTest): void {
  describe(`hello on ${runtime.name}`, runtime.needs, () => {
    let hello: Started;
    before(async () => {
      hello = await runtime.startHello();
    });
    after(() => hello?.stop());

    it("answers from the runtime and version that the binary names", async () => {
      const { text } = await ask(`${hello.url}/metrics`);
      const labels = /^hello_exporter_build_info\{(.*)\} 1$/m.exec(text)?.[1] ?? "";
      assert.equal(/(?:^|,)runtime="([^"]*)"/.exec(labels)?.[1], runtime.name);
      assert.equal(/(?:^|,)runtime_version="([^"]*)"/.exec(labels)?.[1], await runtime.version());
    });

    for (const format of FORMATS) {
      it(`answers a scrape with ${format.name} by the same exposition as everywhere`, async () => {
        const answer = await scrape(hello.url, format);
        assert.equal(answer.status, 200);
        assert.equal(answer.headers["content-type"], format.contentType);
        assert.equal(answer.headers["content-encoding"], undefined);
        assert.equal(normalise(answer.text), await expectedOn(runtime.name, format));
      });

      it(`answers a scrape with ${format.name} as gzip by the same exposition as everywhere`, async () => {
        const answer = await scrape(hello.url, format, { "accept-encoding": "gzip" });
        assert.equal(answer.status, 200);
        assert.equal(answer.headers["content-type"], format.contentType);
        assert.equal(answer.headers["content-encoding"], "gzip");
        assert.match(answer.headers.vary ?? "", /accept-encoding/i);
        assert.equal(normalise(answer.text), await expectedOn(runtime.name, format));
      });

      it(`answers a scrape with ${format.name} as zstd, if it can, by the same exposition as everywhere`, async () => {
        const answer = await scrape(hello.url, format, { "accept-encoding": "zstd;q=1, gzip;q=0" });
        assert.equal(answer.status, 200);
        assert.equal(answer.headers["content-type"], format.contentType);
        assert.equal(answer.headers["content-encoding"], runtime.name === "workers" ? undefined : "zstd");
        assert.match(answer.headers.vary ?? "", /accept-encoding/i);
        assert.equal(normalise(answer.text), await expectedOn(runtime.name, format));
      });
    }

    it("answers with gzip to those who take both codings alike", async () => {
      for (const header of ["gzip, zstd", "zstd,gzip"]) {
        const { headers } = await ask(`${hello.url}/metrics`, { headers: { "accept-encoding": header } });
        assert.equal(headers["content-encoding"], "gzip");
      }
    });

    it("answers 200 concurrent scrapes, all with the whole exposition", async () => {
      const [format] = FORMATS as [Format];
      const answers = await Promise.all(Array.from({ length: 200 }, () => scrape(hello.url, format)));
      const expected = await expectedOn(runtime.name, format);
      for (const answer of answers) {
        assert.equal(answer.status, 200);
        assert.equal(normalise(answer.text), expected);
      }
    });

    it("answers HEAD with the headers of GET and no body", async () => {
      const [get, head] = [await ask(`${hello.url}/metrics`), await ask(`${hello.url}/metrics`, { method: "HEAD" })];
      assert.equal(head.status, 200);
      assert.equal(head.headers["content-type"], get.headers["content-type"]);
      assert.equal(head.bytes.length, 0);
    });

    it("answers 404 to a path that does not exist", async () => {
      assert.equal((await ask(`${hello.url}/no/such/path`)).status, 404);
    });

    for (const method of ["POST", "PUT", "DELETE"]) {
      it(`answers 405 to ${method} and says what is allowed`, async () => {
        const answer = await ask(`${hello.url}/metrics`, { method });
        assert.equal(answer.status, 405);
        assert.equal(answer.headers.allow, "GET, HEAD");
      });
    }

    it("answers the landing page and the health checks", async () => {
      const page = await ask(`${hello.url}/`);
      assert.equal(page.status, 200);
      assert.match(page.headers["content-type"] ?? "", /^text\/html/);
      assert.match(page.text, /href="\/?metrics"/);
      for (const path of ["/-/healthy", "/-/ready"]) assert.equal((await ask(hello.url + path)).status, 200, path);
    });

    it("answers where it is itself to those who look for targets", async () => {
      const { status, headers, text } = await ask(`${hello.url}/sd`);
      assert.deepEqual([status, headers["content-type"]], [200, "application/json"]);
      assert.deepEqual(JSON.parse(text), [{
        targets: [new URL(hello.url).host],
        labels: { job: "hello", __meta_exporterkit_exporter: "hello" },
      }]);
    });

    for (
      const [what, accept] of [
        ["nonsense", ";;;,=,q=,\t/ */ a/b/c"],
        ["a format that nobody knows", "application/x-unknown;version=9"],
        ["a long list of formats", Array.from({ length: 200 }, (_, i) => `text/x-${i};q=0.5`).join(",")],
      ] as const
    ) {
      it(`answers an Accept of ${what} with text 0.0.4`, async () => {
        const [format] = FORMATS as [Format];
        const answer = await ask(`${hello.url}/metrics`, { headers: { accept } });
        assert.equal(answer.status, 200);
        assert.equal(answer.headers["content-type"], format.contentType);
      });
    }

    it("refuses a huge header and answers the next request", async () => {
      const huge = { "x-huge": "x".repeat(1 << 20) };
      // Some servers answer, some hang up while the header is still being sent.
      const status = await ask(`${hello.url}/metrics`, { headers: huge }).then(({ status }) => status, () => 0);
      assert.notEqual(status, 500);
      assert.equal((await ask(`${hello.url}/-/healthy`)).status, 200);
    });
  });

  const { command } = runtime;
  if (command !== undefined) describeProgram(runtime, command);
  if (command !== undefined) describeAnnouncing(runtime, command);
  describeSettings(runtime);
}

function describeProgram(runtime: RuntimeUnderTest, command: NonNullable<RuntimeUnderTest["command"]>): void {
  describe(`an exporter as a program on ${runtime.name}`, runtime.needs, () => {
    it("says that the port is in use and ends with status 1", async () => {
      await using holder = await listen();
      const { code, stderr } = await runToEnd(
        await command("hello", [`--web.listen-address=127.0.0.1:${holder.port}`]),
      );
      assert.equal(code, 1, stderr);
      assert.match(stderr, new RegExp(`127\\.0\\.0\\.1:${holder.port}.*in use`));
      assert.doesNotMatch(stderr, /^\s+at /m);
    });

    it("finishes the scrape in flight on SIGTERM, then ends with status 0", async () => {
      await using upstream = await listen();
      const server = await startServer(
        await command("slow", [ANY_PORT, `--upstream=http://127.0.0.1:${upstream.port}/`]),
      );
      try {
        const scraped = ask(`${server.url}/metrics`);
        await upstream.asked;
        server.signal("SIGTERM");
        await untilDraining(server);
        upstream.answer("hello");
        const { status, text } = await scraped;
        assert.equal(status, 200);
        assert.match(text, /^slow_answer_length_bytes 5$/m);
        const { code, signal, stderr } = await server.ended;
        assert.deepEqual({ code, signal }, { code: 0, signal: null }, stderr);
      } finally {
        await server.stop();
      }
    });

    it("says why its upstream failed", async () => {
      await assertFailuresAreNamed(async (upstream) =>
        await startServer(await command("asking", [ANY_PORT, `--upstream=${upstream}`]))
      );
    });

    it("streams a large scrape as one zstd frame that the zstd program reads", needsZstd(), async () => {
      await using server = await startServer(await command("large", [ANY_PORT]));
      const url = `${server.url}/metrics?collect[]=values`;
      for (const method of ["GET", "HEAD", "GET"]) {
        const { headers, bytes } = await ask(url, { method, headers: { "accept-encoding": "zstd" } });
        assert.equal(headers["content-encoding"], "zstd");
        if (method === "GET") assertLarge(unzstd(bytes));
        else assert.equal(bytes.length, 0);
      }
    });

    it("answers the next scrape when a client of a zstd stream goes away", async () => {
      await using server = await startServer(await command("large", [ANY_PORT]));
      const url = `${server.url}/metrics`;
      for (let i = 0; i < 5; i++) await hangUpEarly(url, { "accept-encoding": "zstd" });
      const { status, text } = await ask(url, { headers: { "accept-encoding": "zstd" } });
      assert.equal(status, 200);
      assertLarge(text);
    });

    it("is imported without listening, and lets the importing program end", async () => {
      const { code, stdout, stderr } = await runToEnd(await command("importer", ["{hello}"]));
      assert.deepEqual(
        JSON.parse(stdout),
        { keys: ["close", "exporter", "fetch", "scheduled"], name: "hello", status: 200 },
        stderr,
      );
      assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    });

    it("lets the importing program end though it would collect and open again later", async () => {
      const { code, stdout, stderr } = await runToEnd(await command("importer", ["{background}"]));
      assert.equal(JSON.parse(stdout).status, 200, stderr);
      assert.equal(code, 0);
    });

    it("collects in the background from the start, and stops on SIGTERM", async () => {
      const server = await startServer(await command("background", [ANY_PORT]));
      try {
        for (let scrapes = 0; scrapes < 2; scrapes++) {
          const { text } = await ask(`${server.url}/metrics`);
          assert.match(text, /^background_runs 1$/m);
          assert.match(
            text,
            /^background_scrape_collector_last_success_timestamp_seconds\{collector="runs"\} 1\.?\d+e\+09$/m,
          );
          assert.match(text, /^background_up 0$/m);
        }
        assert.equal((await ask(`${server.url}/-/ready`)).text, "Ready");
        const { code, signal, stderr } = await server.stop();
        assert.deepEqual({ code, signal }, { code: 0, signal: null }, stderr);
        assert.equal(stderr.match(/Upstream not reached/g)?.length, 1, stderr);
      } finally {
        await server.stop();
      }
    });

    it("ends with status 0 on SIGTERM while a scraper keeps its connection", async () => {
      const server = await startServer(await command("hello", [ANY_PORT]));
      const agent = new Agent({ keepAlive: true });
      try {
        assert.equal((await ask(`${server.url}/metrics`, { agent })).status, 200);
        const { code, signal, stderr } = await server.stop();
        assert.deepEqual({ code, signal }, { code: 0, signal: null }, stderr);
      } finally {
        agent.destroy();
        await server.stop();
      }
    });

    it("ends with status 0 on SIGTERM when nothing is in flight", async () => {
      const server = await startServer(await command("hello", [ANY_PORT]));
      assert.equal((await ask(`${server.url}/metrics`)).status, 200);
      const { code, signal, stderr } = await server.stop();
      assert.deepEqual({ code, signal }, { code: 0, signal: null }, stderr);
    });
  });
}

/**
 * Replaces what differs from run to run by `*`: the runtime in the build information, values of `process_*`,
 * durations and times.
 */
export function normalise(exposition: string): string {
  return exposition
    .replace(/\bruntime(_version)?="[^"]*"/g, 'runtime$1="*"')
    .replace(/^((?:process_\w+|\w+_(?:duration|timestamp)_seconds|\w+_created)(?:\{.*\})?) \S+$/gm, "$1 *");
}

/** The expected exposition, less what a stateless Worker cannot tell. */
async function expectedOn(runtime: RuntimeUnderTest["name"], format: Format): Promise<string> {
  const text = await Deno.readTextFile(new URL(`testdata/${format.expected}`, import.meta.url));
  if (runtime !== "workers") return text;
  const ofPrograms = /^process_|_scrape_collector_failures\b|_config_last_reload_/;
  return withoutFamilies(text, (name) => ofPrograms.test(name));
}

function withoutFamilies(exposition: string, leftOut: (name: string) => boolean): string {
  return exposition
    .split("\n")
    .filter((line) => !leftOut(/^(?:# (?:HELP|TYPE|UNIT) )?(\w+)/.exec(line)?.[1]?.replace(/_total$/, "") ?? ""))
    .join("\n");
}

function scrape(url: string, format: Format, headers: Record<string, string> = {}): Promise<Answer> {
  return ask(`${url}/metrics`, {
    headers: { ...headers, ...(format.accept === undefined ? {} : { accept: format.accept }) },
  });
}

function assertLarge(text: string): void {
  const values = [...text.matchAll(/^large_value\{i="(\d+)",path="[^"]+"\} (\d+)$/gm)];
  assert.equal(values.length, 20_000);
  assert.ok(values.every(([, i, value], at) => i === value && i === String(at)));
}

/** Asks, and closes the connection with the first bytes of the body. */
function hangUpEarly(url: string, headers: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { headers, agent: new Agent({ keepAlive: false }) }, (incoming) => {
      incoming.once("data", () => {
        outgoing.destroy();
        resolve();
      });
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}

/** A server that draws out its answer until the test gives it. */
async function listen() {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<string>();
  const server = createServer(async (_request, response) => {
    asked.resolve();
    response.end(await answer.promise);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    asked: asked.promise,
    answer: answer.resolve,
    async [Symbol.asyncDispose]() {
      answer.resolve("");
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A program that heeded the signal takes no new connections, or says that it is not ready. */
async function untilDraining(server: Server): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    const status = await ask(`${server.url}/-/ready`).then(({ status }) => status, () => 0);
    if (status !== 200) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("Cannot see the program drain: it still says it is ready ten seconds after SIGTERM");
}
