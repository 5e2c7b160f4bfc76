import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startServer } from "../_process.ts";
import { needsCarriedRuntimes, needsProgram } from "../_programs.ts";
import { readFamilies, valueOf } from "./_families.ts";
import { fill, needsRedis, prepareRedis, type Redis } from "./_redis.ts";
import { installedPlugin, RUNTIMES } from "./_runtimes.ts";
import { scrape } from "./_scrape.ts";

const needs = [needsRedis(), needsCarriedRuntimes(), needsProgram(["node", "npm"], "https://nodejs.org/en/download")]
  .find(({ skip }) => skip !== undefined) ?? {};

describe("the package of redis_exporter", needs, () => {
  let redis: Redis;
  before(async () => {
    redis = await prepareRedis(["requirepass s3cret-one"]);
    await redis.start();
    await redis.run("-a", "s3cret-one", "--no-auth-warning", "config", "set", "requirepass", "");
    await fill(redis);
    await redis.run("config", "set", "requirepass", "s3cret-one");
  });
  after(() => redis?.[Symbol.asyncDispose]());

  for (const runtime of RUNTIMES) {
    const start = async (...args: string[]) => {
      const command = await installedPlugin("redis-exporter", runtime);
      const own = ["--web.listen-address=127.0.0.1:0", "--redis.password=s3cret-one"];
      return await startServer({ ...command, args: [...command.args, ...own, ...args] });
    };

    it(`the installed redis exporter reads a server by address, name and socket on ${runtime}`, async () => {
      for (const addr of [redis.url, `localhost:${redis.port}`, `unix://${redis.folder}/redis.sock`]) {
        await using exporter = await start(
          `-redis.addr=${addr}`,
          "-check-keys=*",
          "-check-streams=*",
          "-count-keys=db3=*",
        );
        const text = await scrape(exporter.url) ?? "";
        assert.equal(valueOf(text, "redis_up"), 1, `${addr}: ${exporter.stderr()}`);
        assert.doesNotMatch(text, /^redis_scrape_collector_success\{collector="\w+"\} 0$/m);
        assert.match(text, /^redis_key_size\{db="db0",key="visitors"\} 2$/m);
        assert.match(text, /^redis_keys_count\{db="db3",key="\*"\} 2$/m);
        assert.ok(readFamilies(text, /^redis_/).size > 130);
      }
    });

    it(`the installed redis exporter answers in time on ${runtime} while Redis hangs, and is whole after that`, async () => {
      await using exporter = await start(`--redis.addr=${redis.url}`);
      assert.equal(valueOf(await scrape(exporter.url) ?? "", "redis_up"), 1);
      await redis.hang();
      const failing = await scrape(exporter.url) ?? "";
      redis.goOn();
      assert.equal(valueOf(failing, "redis_up"), 0);
      assert.match(
        failing,
        /^redis_exporter_last_scrape_error\{err="Redis at .* does not answer: it hangs, or is busy"\} 1$/m,
      );
      assert.equal(valueOf(await scrape(exporter.url) ?? "", "redis_up"), 1);
    });

    it(`the installed redis exporter says on ${runtime} why Redis is not reached`, async () => {
      await using down = await prepareRedis();
      await using exporter = await start(`--redis.addr=${down.url}`);
      const refused = await scrape(exporter.url) ?? "";
      assert.match(
        refused,
        /^redis_exporter_last_scrape_error\{err="Cannot reach Redis .* nothing listens there"\} 1$/m,
      );
      await using denied = await start(`--redis.addr=${redis.url}`, "--redis.password=another");
      const wrong = await scrape(denied.url) ?? "";
      assert.match(wrong, /^redis_exporter_last_scrape_error\{err="Redis refuses the password: WRONGPASS .*"\} 1$/m);
    });
  }
});
