import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { defineExporter, handler } from "@exporterkit/core";
import { fakeRedis, samples } from "./_testing.ts";
import { held, self } from "./self.ts";
import { settings } from "./settings.ts";

describe("self", () => {
  it("self tells no error where Redis was reached", async () => {
    assert.deepEqual(await samples(self, fakeRedis({}), { pingOnConnect: true }), [
      "redis_exporter_last_scrape_connect_time_seconds 0.25",
      'redis_exporter_last_scrape_error{err=""} 0',
      "redis_exporter_last_scrape_ping_time_seconds 0.125",
    ]);
  });

  it("self tells why Redis was not reached, and that without it", async () => {
    const exporter = defineExporter({
      name: "redis",
      version: "0.0.0",
      port: 9121,
      settings,
      metrics: held,
      open: (): ReturnType<typeof fakeRedis> => {
        throw new Error("Cannot reach Redis at h:1: nothing listens there", { cause: new Error("ECONNREFUSED") });
      },
      collectors: { self },
    });
    await using served = handler(exporter);
    const text = await (await served.fetch(new Request("http://localhost/metrics"))).text();
    assert.match(
      text,
      /^redis_exporter_last_scrape_error\{err="Cannot reach Redis at h:1: nothing listens there"\} 1$/m,
    );
    assert.match(text, /^redis_exporter_scrapes_total 1$/m);
    assert.match(text, /^redis_up 0$/m);
    assert.match(text, /^redis_scrape_collector_success\{collector="self"\} 1$/m);
  });
});
