/** What the nginx exporter says when nginx is in trouble, and what the exporter that it replaces said then. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { UpstreamFailure } from "@exporterkit/core";
import { startServer } from "../_process.ts";
import { failureOf, readFamilies, valueOf } from "./_families.ts";
import { needsNginx, needsOriginal, type Nginx, prepareNginx, startOriginal } from "./_nginx.ts";
import { scrape } from "./_scrape.ts";

const EXPORTER = new URL("../../plugins/nginx_exporter/exporter.ts", import.meta.url).pathname;

interface Trouble {
  readonly what: string;
  /** Path of the page, or the whole address with what is wrong in it. */
  address(nginx: Nginx): string;
  begin(nginx: Nginx): void | Promise<void>;
  end(nginx: Nginx): void | Promise<void>;
  /** How the collector's runs end meanwhile, by the label of the metric and in the log. */
  readonly reason: "error" | "timeout";
  /** What `nginx_scrape_upstream_failure` says. */
  readonly failure: UpstreamFailure;
  readonly logged: RegExp;
  /** What the original answers within the same time. */
  readonly original: "nginx_up 0" | "no answer";
}

const TROUBLES: readonly Trouble[] = [
  {
    what: "refuses connections",
    address: ({ url }) => `${url}/stub_status`,
    begin: (nginx) => nginx.stop(),
    end: (nginx) => nginx.start(),
    reason: "error",
    failure: "refused",
    logged: /Cannot read http:\/\/127.0.0.1:\d+\/stub_status: .*ECONNREFUSED/,
    original: "nginx_up 0",
  },
  {
    what: "hangs",
    address: ({ url }) => `${url}/stub_status`,
    begin: (nginx) => nginx.hang(),
    end: (nginx) => nginx.goOn(),
    reason: "timeout",
    failure: "timeout",
    logged: /reason=timeout/,
    original: "no answer",
  },
  {
    what: "answers a byte now and then",
    address: ({ url }) => `${url}/throttled`,
    begin: ({ folder }) => Deno.writeTextFile(`${folder}/throttled`, ""),
    end: ({ folder }) => Deno.remove(`${folder}/throttled`),
    reason: "timeout",
    failure: "timeout",
    logged: /reason=timeout/,
    original: "no answer",
  },
  {
    what: "takes another password",
    address: ({ url }) => `${url.replace("//", "//prometheus:secret@")}/protected`,
    begin: ({ folder }) => Deno.writeTextFile(`${folder}/users`, "prometheus:{PLAIN}another\n"),
    end: ({ folder }) => Deno.writeTextFile(`${folder}/users`, "prometheus:{PLAIN}secret\n"),
    reason: "error",
    failure: "unauthenticated",
    logged: /Cannot read http:\/\/127.0.0.1:\d+\/protected: it answered 401 Unauthorized, expected 200; give user and/,
    original: "nginx_up 0",
  },
  {
    what: "has another page there",
    address: ({ url }) => `${url}/replaced`,
    begin: ({ folder }) => Deno.writeTextFile(`${folder}/replaced`, ""),
    end: ({ folder }) => Deno.remove(`${folder}/replaced`),
    reason: "error",
    failure: "error",
    logged: /Cannot read http:\/\/127.0.0.1:\d+\/replaced: got .*hello.*, expected a page of stub_status/,
    original: "nginx_up 0",
  },
];

describe("nginx exporter", needsNginx(), () => {
  let nginx: Nginx;
  beforeEach(async () => {
    nginx = await prepareNginx();
  });
  afterEach(() => nginx[Symbol.asyncDispose]());

  for (const { what, address, begin, end, reason, failure, logged } of TROUBLES) {
    it(`nginx exporter answers in time while nginx ${what}, and is whole again after that`, async () => {
      await nginx.start();
      await using exporter = await startOurs(address(nginx));
      assertWhole(await scrape(exporter.url));

      await begin(nginx);
      const failing = await scrape(exporter.url) ?? "";
      await end(nginx);
      assert.deepEqual([...readFamilies(failing, /^nginx_(connections|http)_/).keys()], []);
      assert.equal(valueOf(failing, "nginx_up"), 0);
      assert.equal(failureOf(failing, "nginx"), failure);
      assert.match(failing, /^nginx_scrape_collector_success\{collector="stub_status"\} 0$/m);
      const counted = `^nginx_scrape_collector_failures_total\\{collector="stub_status",reason="${reason}"\\} 1$`;
      assert.match(failing, new RegExp(counted, "m"));
      assert.match(failing, /^process_start_time_seconds /m);
      assert.match(exporter.stderr(), logged);
      assert.doesNotMatch(exporter.stderr(), /secret@|:secret/);

      assertWhole(await scrape(exporter.url));
    });
  }

  it("nginx exporter starts without nginx, and is whole as soon as it is there", async () => {
    await using exporter = await startOurs(`${nginx.url}/stub_status`);
    assert.equal(valueOf(await scrape(exporter.url) ?? "", "nginx_up"), 0);
    await nginx.start();
    assertWhole(await scrape(exporter.url));
  });

  it("nginx exporter is whole in the first scrape after nginx was restarted, with what that counts anew", async () => {
    await nginx.start();
    await using exporter = await startOurs(`${nginx.url}/stub_status`);
    await scrape(exporter.url);
    const before = valueOf(await scrape(exporter.url) ?? "", "nginx_http_requests_total")!;
    await nginx.stop();
    await nginx.start();
    const after = await scrape(exporter.url);
    assertWhole(after);
    assert.equal(valueOf(after!, "nginx_http_requests_total"), before - 1);
  });
});

describe("the original", needsOriginal(), () => {
  let nginx: Nginx;
  beforeEach(async () => {
    nginx = await prepareNginx();
  });
  afterEach(() => nginx[Symbol.asyncDispose]());

  for (const { what, address, begin, end, original } of TROUBLES) {
    it(`the original has ${original} in the same time while nginx ${what}`, async () => {
      await nginx.start();
      await using exporter = await startOriginal(address(nginx));
      assert.equal(valueOf(await scrape(exporter.url) ?? "", "nginx_up"), 1);
      await begin(nginx);
      const failing = await scrape(exporter.url);
      await end(nginx);
      assert.equal(failing === undefined ? "no answer" : `nginx_up ${valueOf(failing, "nginx_up")}`, original);
    });
  }

  it("the original ends when nginx is absent at its start", async () => {
    await assert.rejects(startOriginal(`${nginx.url}/stub_status`), { message: /connection refused/ });
  });
});

function startOurs(scrapeUri: string) {
  const args = ["--web.listen-address=127.0.0.1:0", `--nginx.scrape-uri=${scrapeUri}`];
  return startServer({ path: Deno.execPath(), args: ["run", "-A", EXPORTER, ...args] });
}

function assertWhole(text: string | undefined): void {
  assert.ok(text !== undefined, "there was no answer in time");
  assert.equal(valueOf(text, "nginx_up"), 1, text);
  assert.equal(readFamilies(text, /^nginx_(connections|http)_/).size, 7);
  assert.match(text, /^nginx_scrape_collector_success\{collector="stub_status"\} 1$/m);
}
